/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.segment.SegmentFlags.RST;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Test;

/** Orphans: sessions whose channel is closed. */
final class OrphanTest {
    /** Eight retransmissions after the channel is gone, then RST. */
    @Test
    void gives8RetransmissionsThenResets() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_LINGER, 1),
                with(CulvertChannelOption.ORPHAN_TIMEOUT_MILLIS, 3_600_000))) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            for (int i = 0; i < 8; i++) {
                s.peer().expectsAt(s.rto(), fin(1).acks(1001));
                s.expectsState(FIN_WAIT_1);
            }
            s.peer().expectsAt(s.rto(), rst(2).acks(1001));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
            s.peer().expectsNothingFor(ofMinutes(5));
        }
    }

    /** 60 s past the linger time of 10 s, whatever the number of retransmissions. */
    @Test
    void givesUp60SecondsPastTheLingerTime() {
        try (Script s = Script.establishedServer(with(CulvertChannelOption.RTO_MIN_MILLIS, 10_000))) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.after(ofSeconds(10));
            s.app().expectsClosed();
            s.after(ofSeconds(60).minusNanos(1));
            s.expectsState(FIN_WAIT_1);
            assertTrue(s.peer().drain().stream().allMatch(got -> got.has(FIN)), "FIN again and nothing else");
            s.peer().expectsAfter(ofNanos(1), rst(2).acks(1001));
            s.expectsState(CLOSED);
        }
    }

    /** A peer that answers and keeps its window closed does not keep an orphan: 60 s past the linger time, then RST. */
    @Test
    void aZeroWindowDoesNotKeepAnOrphan() {
        try (Script s = Script.establishedServer(peerWin(0))) {
            s.app().writes("hello");
            s.app().closes();
            s.peer().expectsNothing();
            for (int i = 0; i < 7; i++) {
                s.after(ofSeconds(10).minusNanos(1));
                assertTrue(s.peer().drain().stream().allMatch(Received::isPureAck), "window probes only");
                s.peer().sends(ack(1001, 1).win(0));
                s.after(ofNanos(1));
            }
            Received last = s.peer().drain().stream().reduce((first, second) -> second).orElseThrow();
            assertTrue(last.has(RST), last.toString());
            assertEquals(1, last.seq());
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    /** An orphan that is heard at last ends like any other session. */
    @Test
    void anOrphanGoesOnDeliveringAfterTheLingerTime() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().closes();
            s.after(ofSeconds(30));
            s.app().expectsClosed();
            s.peer().drain();
            s.peer().sends(ack(1001, 6));
            s.expectsState(FIN_WAIT_1);
            s.peer().drain();
            s.peer().sends(ack(1001, 7));
            s.expectsState(FIN_WAIT_2);
            s.peer().sends(fin(1001).acks(7));
            s.peer().expects(ack(7, 1002));
            s.expectsState(TIME_WAIT);
            s.peer().expectsNothingFor(ofSeconds(60));
            s.expectsState(CLOSED);
        }
    }

    /** FIN-WAIT-2 after a full close: 60 s, without a word, as Linux's tcp_fin_timeout. */
    @Test
    void finWait2AfterAFullCloseEndsAfter60Seconds() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.after(ofSeconds(5));
            s.peer().drain();
            s.peer().sends(ack(1001, 2));
            s.app().expectsClosed();
            s.after(ofSeconds(60).minusNanos(1));
            s.expectsState(FIN_WAIT_2);
            s.after(ofNanos(1));
            s.expectsState(CLOSED);
            s.peer().expectsNothing();
            // RFC 9293 3.10.7.1: nobody there any more
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(rst(2));
        }
    }

    @Test
    void theLimitOfFinWait2CanBeSet() {
        try (Script s = Script.establishedServer(with(CulvertChannelOption.FIN_TIMEOUT_MILLIS, 2000))) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().expectsNothingFor(ofMillis(1999));
            s.expectsState(FIN_WAIT_2);
            s.peer().expectsNothingFor(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    /** The limit begins with the full close, when the session is in FIN-WAIT-2 already. */
    @Test
    void aHalfClosedSessionGetsTheLimitWhenItsChannelCloses() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().expectsNothingFor(ofMinutes(10));
            s.expectsState(FIN_WAIT_2);
            s.app().closes();
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofSeconds(59));
            s.expectsState(FIN_WAIT_2);
            s.peer().expectsNothingFor(ofSeconds(1));
            s.expectsState(CLOSED);
        }
    }

    /** LAST-ACK without a channel has its limits too; its FIN was unanswered, so an RST ends it for the peer. */
    @Test
    void lastAckOfAnOrphanEnds() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().closes();
            s.after(ofSeconds(71));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
            Received last = s.peer().drain().stream().reduce((first, second) -> second).orElseThrow();
            assertTrue(last.has(RST), last.toString());
            assertEquals(2, last.seq());
        }
    }

    /** Their number is bounded: past it the oldest gives way, by a reset. */
    @Test
    void theirNumberIsBounded() {
        int most = 4096;
        int firstPort = 20_000;
        try (Script s = Script.server(with(CulvertChannelOption.FIN_TIMEOUT_MILLIS, 3_600_000))) {
            for (int i = 0; i <= most; i++) {
                Peer peer = s.peer(firstPort + i);
                peer.sends(syn(1000).mss(1460));
                peer.expects(synAck(0, 1001));
                peer.sends(ack(1001, 1));
                s.app(i).closes();
                peer.expects(fin(1).acks(1001));
                s.peer(firstPort).expectsNothing();
                peer.sends(ack(1001, 2));
                s.app(i).expectsClosed();
            }
            s.peer(firstPort).expects(rst(2).acks(1001));
            s.expectsState(s.peer(firstPort), CLOSED);
            s.expectsState(s.peer(firstPort + 1), FIN_WAIT_2);
        }
    }
}
