/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.segment;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.segment.SegmentFlags.PSH;
import static io.culvert.segment.SegmentFlags.RST;
import static io.culvert.segment.SegmentFlags.SYN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofSeconds;

import io.netty.channel.ChannelOption;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** RFC 9293 3.10.7.1 and RFC 5927: segments for nobody, and what a connect makes of such an answer. */
final class NobodyThereTest {
    /** A socket of ours that listens no more and has one TIME-WAIT record, of a session with the first peer. */
    private static Script onlyTimeWait() {
        Script s = Script.establishedServer();
        s.app().closes();
        s.peer().expects(fin(1));
        s.peer().sends(fin(1001).acks(2));
        s.peer().expects(ack(2, 1002));
        s.expectsState(TIME_WAIT);
        s.serverChannel().close();
        s.settle();
        return s;
    }

    // ---- RFC 9293 3.10.7.1, through a socket that still stands for a TIME-WAIT record

    // "if the ACK bit is on, <SEQ=SEG.ACK><CTL=RST>"
    @Test
    void aSegmentWithAckGetsItsNumberBack() {
        try (Script s = onlyTimeWait()) {
            Peer stranger = s.peer(40001);
            stranger.sends(ack(500, 12_345));
            stranger.expects(rst(12_345).noTimestamps());
            stranger.sends(data(500, "hello").acks(12_345).timestamps(1, 2));
            stranger.expects(rst(12_345).win(0));
            stranger.sends(synAck(500, 12_345).mss(1460).ws(2));
            stranger.expects(rst(12_345).noMss().noWs());
            stranger.sends(fin(500).acks(0));
            stranger.expects(rst(0));
        }
    }

    // "if the ACK bit is off, sequence number zero is used, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
    @Test
    void aSegmentWithoutAckIsAcknowledged() {
        try (Script s = onlyTimeWait()) {
            Peer stranger = s.peer(40001);
            stranger.sends(syn(500).mss(1460));
            stranger.expects(rst(0).acks(501));
            stranger.sends(syn(500).and(FIN));
            stranger.expects(rst(0).acks(502));
            stranger.sends(data(500, "hello").flags(PSH));
            stranger.expects(rst(0).acks(505));
            stranger.sends(data(500, "hello").flags(SYN | FIN | PSH));
            stranger.expects(rst(0).acks(507));
            stranger.sends(segment(0).seq(500));
            stranger.expects(rst(0).acks(500));
            stranger.sends(segment(FIN).seq(0xffffffffL));
            stranger.expects(rst(0).acks(0));
        }
    }

    @Test
    void aResetIsNeverAnswered() {
        try (Script s = onlyTimeWait()) {
            Peer stranger = s.peer(40001);
            stranger.sends(rst(500), rst(500).acks(7), segment(RST | FIN).seq(1), segment(RST | ACK | PSH).seq(1));
            stranger.expectsNothingFor(ofSeconds(30));
        }
    }

    // RFC 9293 3.10.7.2: to a listener an ACK is as lost; a SYN without ACK opens, whatever its FIN says
    @Test
    void aListenerResetsStrayAcks() {
        try (Script s = Script.server()) {
            s.peer().sends(ack(500, 12_345));
            s.peer().expects(rst(12_345));
            s.peer().sends(synAck(500, 12_345));
            s.peer().expects(rst(12_345));
            s.peer().sends(synAck(500, 12_345).and(FIN));
            s.peer().expects(rst(12_345));
            s.peer().sends(syn(500).and(FIN));
            s.peer().expectsNothing();
            s.expectsStates();
        }
    }

    // ---- a connect that nobody answers for

    @Test
    void aResetInAnswerToASynRefusesAtOnce() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(rst(0).acks(1));
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
            s.expectsStates(SYN_SENT, CLOSED);
            s.peer().expectsNothingFor(ofSeconds(200));
        }
    }

    @Test
    void anIcmpPortUnreachableInAnswerToASynRefusesAtOnce() {
        try (Script s = Script.client(Setting.nobodyThere())) {
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
            s.expectsStates(SYN_SENT, CLOSED);
        }
    }

    // the peer's host is silent at first: the ICMP that answers a retransmission counts as well
    @Test
    void anIcmpThatAnswersALaterSynRefuses() {
        try (Script s = Script.client(with(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0))) {
            s.peer().expects(syn(0));
            s.after(ofSeconds(2));
            s.peer().expects(syn(0));
            s.peer().unbinds();
            s.expectsState(SYN_SENT);
            s.after(ofSeconds(2));
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
            s.expectsStates(SYN_SENT, CLOSED);
        }
    }

    // RFC 5927 5.2: in a synchronized state it is a soft error, and what it cost is sent again
    @Test
    void anIcmpPortUnreachableNeverEndsASession() {
        try (Script s = Script.establishedClient()) {
            s.peer().unbinds();
            s.app().writes("hello");
            s.after(ofSeconds(2));
            s.expectsState(ESTABLISHED);
            s.app().expectsOpen();
            s.peer().binds();
            s.peer().expectsWithin(ofSeconds(10), data(1, "hello").acks(1001));
            s.peer().sends(ack(1001, 6));
            s.app().expectsWritten();
            s.expectsState(ESTABLISHED);
        }
    }

    @Test
    void anIcmpPortUnreachableNeverEndsASessionOfAServer() {
        try (Script s = Script.establishedServer()) {
            s.peer().unbinds();
            s.app().writes("hello");
            s.after(ofSeconds(2));
            s.expectsState(ESTABLISHED);
            s.peer().binds();
            s.peer().expectsWithin(ofSeconds(10), data(1, "hello").acks(1001));
            s.peer().sends(ack(1001, 6));
            s.app().expectsWritten();
        }
    }
}
