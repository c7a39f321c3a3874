/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.NAT_KEEPALIVE_SECONDS;
import static io.culvert.CulvertChannelOption.TCP_KEEPIDLE;
import static io.culvert.script.BacklogTest.drainFlooders;
import static io.culvert.script.BacklogTest.flooded;
import static io.culvert.script.Setting.onServer;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The keepalive of NATs on the way: RFC 4787 REQ-5 and REQ-6, RFC 8085 3.5. */
final class NatKeepaliveTest {
    private static final Duration INTERVAL = ofSeconds(20);
    private static final Setting KEEPALIVE = with(NAT_KEEPALIVE_SECONDS, (int) INTERVAL.toSeconds());

    @Test
    void isOffUnlessAskedFor() {
        try (Script s = Script.establishedClient()) {
            s.world().runUntilQuiet(ofSeconds(2));
            s.peer().expectsNothingFor(ofDays(30));
        }
    }

    // a bare ACK at SND.NXT: what RFC 9293 3.10.7.4 takes and never answers
    @Test
    void anIdleSessionSendsABareAckAtSndNxt() {
        try (Script s = Script.establishedClient(KEEPALIVE, peerTimestamps())) {
            for (int i = 0; i < 10; i++) {
                s.peer().expectsAfter(INTERVAL, ack(1, 1001).timestamps());
            }
            s.app().expectsOpen();
            s.expectsState(ESTABLISHED);
        }
    }

    @Test
    void itFollowsWhatWasSentAndReceived() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().sends(data(1001, "world").acks(6));
            s.app().expectsRead("world");
            s.peer().expectsAfter(ofMillis(40), ack(6, 1006));
            s.peer().expectsAfter(INTERVAL, ack(6, 1006));
        }
    }

    @Test
    void everyDatagramSentPutsItOff() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            for (int i = 0; i < 5; i++) {
                s.after(ofSeconds(15));
                s.app().writes("x");
                s.peer().expects(data(1 + i, "x"));
                s.peer().sends(ack(1001, 2 + i));
            }
            s.peer().expectsAfter(INTERVAL, ack(6, 1001));
        }
    }

    @Test
    void aSessionThatACookieStoodForWaitsAnIntervalToo() {
        try (Script s = flooded(onServer(NAT_KEEPALIVE_SECONDS, (int) INTERVAL.toSeconds()))) {
            s.after(ofSeconds(25));
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.app().expectsConnected();
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
            drainFlooders(s);
        }
    }

    // RFC 4787 REQ-6: a NAT need not be refreshed by what comes
    @Test
    void whatComesDoesNotPutItOff() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.after(ofSeconds(15));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsAfter(ofSeconds(5), ack(1, 1001));
        }
    }

    // data of ours may wait longer for its retransmission than a NAT remembers
    @Test
    void theSessionKeepsItsMappingBetweenRetransmissionsToo() {
        try (Script s = Script.establishedClient(with(NAT_KEEPALIVE_SECONDS, 5))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            while (s.rto().compareTo(ofSeconds(5)) < 0) {
                s.peer().expectsAfter(s.rto(), data(1, "hello"));
            }
            s.peer().expectsAfter(ofSeconds(5), ack(6, 1001));
            s.peer().expectsAfter(s.rto().minusSeconds(5), data(1, "hello"));
            s.peer().expectsAfter(ofSeconds(5), ack(6, 1001));
        }
    }

    @Test
    void aHalfClosedSessionKeepsItsMapping() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.expectsState(FIN_WAIT_1);
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
            s.peer().expectsAfter(INTERVAL, ack(2, 1001));
            s.peer().expectsAfter(INTERVAL, ack(2, 1001));
            s.app().expectsOpen();
        }
    }

    @Test
    void aSessionThatThePeerHasHalfClosedKeepsItsMapping() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().expectsInputEnd();
            s.expectsState(CLOSE_WAIT);
            s.peer().expectsAfter(INTERVAL, ack(1, 1002));
        }
    }

    @Test
    void aClosedChannelKeepsNothingOpen() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.app().expectsClosed();
            s.expectsState(FIN_WAIT_2);
            s.peer().expectsNothingFor(ofSeconds(59));
        }
    }

    @Test
    void aServerSendsThemWhenItsChildrenAreSetSo() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
        }
    }

    @Test
    void theOptionOfAServerIsWhatItsSessionsStartWith() {
        try (Script s = Script.establishedServer(onServer(NAT_KEEPALIVE_SECONDS, 30))) {
            assertEquals(30, s.app().channel().config().getOption(NAT_KEEPALIVE_SECONDS));
            s.peer().expectsAfter(ofSeconds(30), ack(1, 1001));
        }
    }

    @Test
    void setOnAnOpenSessionItTakesEffect() {
        try (Script s = Script.establishedClient()) {
            s.after(ofSeconds(5));
            set(s, 20);
            s.peer().expectsAfter(ofSeconds(15), ack(1, 1001));
            set(s, 60);
            s.peer().expectsAfter(ofSeconds(60), ack(1, 1001));
            set(s, 30);
            s.peer().expectsAfter(ofSeconds(30), ack(1, 1001));
        }
    }

    @Test
    void setAfterALongSilenceItSendsAtOnce() {
        try (Script s = Script.establishedClient()) {
            s.after(ofHours(1));
            set(s, 20);
            s.peer().expects(ack(1, 1001));
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
        }
    }

    @Test
    void switchedOffItEndsAndLeavesNoTimer() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
            set(s, 0);
            s.world().runUntilQuiet(ofSeconds(30));
            s.peer().expectsNothingFor(ofDays(1));
        }
    }

    // a window of the peer that is closed, and even one that has shrunk, takes it
    @Test
    void itGoesToAClosedWindowAsWell() {
        try (Script s = Script.establishedClient(KEEPALIVE)) {
            s.peer().sends(ack(1001, 1).win(0));
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
        }
    }

    @Test
    void keepaliveGoesOnBesideIt() {
        try (Script s = Script.establishedClient(KEEPALIVE, with(ChannelOption.SO_KEEPALIVE, true),
                with(TCP_KEEPIDLE, 30))) {
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
            s.peer().expectsAfter(ofSeconds(10), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsAfter(INTERVAL, ack(1, 1001));
        }
    }

    // as it comes while data of ours is outstanding, it is one duplicate acknowledgment, and no sign of a loss
    @Test
    void thatOfThePeerIsNeitherAnsweredNorTakenForALoss() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1));
            s.peer().expectsNothingFor(ofDays(1));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 6));
            s.peer().expectsNothingFor(ofDays(1));
        }
    }

    private static void set(Script s, int seconds) {
        s.app().channel().config().setOption(NAT_KEEPALIVE_SECONDS, seconds);
        s.after(Duration.ZERO);
    }
}
