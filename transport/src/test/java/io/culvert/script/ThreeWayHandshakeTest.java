/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

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
import static io.culvert.segment.SegmentFlags.SYN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** RFC 9293 3.5: how a session opens, and what every other segment does meanwhile. */
final class ThreeWayHandshakeTest {
    // ---- the passive side

    @Test
    void theThirdSegmentMayCarryData() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(data(1001, "at once").acks(1));
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED);
            s.app().expectsConnected();
            s.app().expectsRead("at once");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1008));
        }
    }

    // RFC 9293 3.10.7.4, eighth: a FIN in SYN-RECEIVED, whose ACK has been taken first, finds ESTABLISHED
    @Test
    void theThirdSegmentMayCarryDataAndFin() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(data(1001, "all").acks(1).and(FIN));
            s.app().expectsConnected();
            s.app().expectsRead("all");
            s.app().expectsInputEnd();
            s.peer().expects(ack(1, 1005));
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT);
        }
    }

    // RFC 9293 3.4: a SYN takes one sequence number, a pure ACK none
    @Test
    void aSynTakesOneNumberAndAPureAckNone() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1), ack(1001, 1), ack(1001, 1));
            s.app().writes("a");
            s.peer().expects(data(1, "a").acks(1001));
            s.peer().sends(data(1001, "b").acks(2));
            s.app().expectsRead("b");
            s.peer().expectsAfter(ofMillis(40), ack(2, 1002));
        }
    }

    @Test
    void anApplicationIsToldOnceHoweverOftenTheLastAckComes() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.expectsApps(0);
            s.peer().sends(ack(1001, 1), ack(1001, 1));
            s.peer().sends(ack(1001, 1));
            s.expectsApps(1);
            s.app().expectsConnected();
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED);
        }
    }

    // RFC 9293 3.10.7.2: data on a SYN may wait; here it is not acknowledged and so comes again
    @Test
    void dataOnASynIsNotAcknowledgedAndIsTakenWhenItComesAgain() {
        try (Script s = Script.server()) {
            s.peer().sends(data(1000, "early").flags(SYN).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.app().expectsConnected();
            s.app().expectsNothingRead();
            s.peer().sends(data(1001, "early").acks(1));
            s.app().expectsRead("early");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1006));
        }
    }

    @Test
    void theSameSynAgainGetsTheSameSynAck() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460).ws(7).timestamps());
            Received first = s.peer().next();
            s.after(ofMillis(300));
            s.peer().sends(syn(1000).mss(1460).ws(7).timestamps());
            s.peer().expects(synAck(0, 1001).win(first.win()).mss(first.mss()).ws(first.windowScale()).timestamps());
            s.expectsStates(LISTEN, SYN_RECEIVED);
            s.expectsApps(0);
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
        }
    }

    // RFC 9293 3.10.7.4, fifth: <SEQ=SEG.ACK><CTL=RST>
    @Test
    void aWrongAckInSynReceivedGetsAResetAndTheHalfOpenSessionStays() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 2));
            s.peer().expects(rst(2));
            s.peer().sends(ack(1001, 0));
            s.peer().expects(rst(0));
            s.peer().sends(ack(1001, 1 << 30));
            s.peer().expects(rst(1 << 30));
            s.peer().sends(data(1001, "wrong").acks(77));
            s.peer().expects(rst(77));
            s.expectsStates(LISTEN, SYN_RECEIVED);
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
            s.app().expectsNothingRead();
        }
    }

    // RFC 9293 3.10.7.4, first: an unacceptable segment gets <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>
    @Test
    void anAckOutsideTheWindowDoesNotOpen() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(900, 1));
            s.peer().expects(ack(1, 1001));
            s.expectsState(SYN_RECEIVED);
        }
    }

    // RFC 9293 3.10.7.4, fifth: "if the ACK bit is off, drop the segment and return"
    @Test
    void aSegmentWithoutAckDoesNotOpen() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(data(1001, "no").flags(PSH), segment(FIN).seq(1001));
            s.peer().expectsNothing();
            s.expectsState(SYN_RECEIVED);
        }
    }

    // RFC 9293 3.10.7.4, second: a passive OPEN returns to LISTEN and the user is not told
    @Test
    void aResetOfAHalfOpenSessionReturnsToListen() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(rst(1001));
            s.expectsStates(LISTEN, SYN_RECEIVED, CLOSED);
            s.peer().expectsNothingFor(ofSeconds(100));
            s.peer().sends(syn(5000).mss(1460));
            s.peer().expects(synAck(0, 5001));
            s.peer().sends(ack(5001, 1));
            s.expectsState(ESTABLISHED);
            s.expectsApps(1);
        }
    }

    // RFC 5961 3.2, which holds in SYN-RECEIVED as well
    @Test
    void aResetElsewhereInTheWindowDoesNotEndAHalfOpenSession() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(rst(1002));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(rst(1000), rst(1000 + 200_000));
            s.peer().expectsNothing();
            s.expectsState(SYN_RECEIVED);
        }
    }

    // RFC 9293 3.10.7.2
    @Test
    void aListenerAnswersNothingButSynAndAck() {
        try (Script s = Script.server()) {
            s.peer().sends(rst(1000), rst(1000).acks(5), segment(FIN).seq(1000), segment(0).seq(1000),
                    data(1000, "x").flags(PSH));
            s.peer().expectsNothing();
            s.peer().sends(ack(1000, 5));
            s.peer().expects(rst(5));
            s.peer().sends(synAck(1000, 6));
            s.peer().expects(rst(6));
            s.peer().sends(fin(1000).acks(7));
            s.peer().expects(rst(7));
            s.expectsStates();
            s.expectsApps(0);
        }
    }

    // ---- the active side

    // RFC 9293 3.10.1 and 3.10.7.3
    @Test
    void theActiveSideIsToldWhenItsOwnSideIsEstablished() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.app().expectsNotConnected();
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.app().expectsConnected();
            s.expectsStates(SYN_SENT, ESTABLISHED);
            s.app().writes("x");
            s.peer().expects(data(1, "x").acks(1001));
        }
    }

    @Test
    void ourSynCarriesNoData() {
        try (Script s = Script.client()) {
            Received syn = s.peer().next();
            assertEquals(0, syn.payload().length);
            assertEquals(SYN, syn.flags());
            assertEquals(0, syn.ack());
        }
    }

    @Test
    void dataOnASynAckIsNotAcknowledgedAndIsTakenWhenItComesAgain() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(data(1000, "early").flags(SYN | ACK).acks(1).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.app().expectsConnected();
            s.app().expectsNothingRead();
            s.peer().sends(data(1001, "early").acks(1));
            s.app().expectsRead("early");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1006));
        }
    }

    // the last ACK was lost: the SYN,ACK that comes again gets it again (RFC 5961 4.2)
    @Test
    void aSynAckAgainGetsTheLastAckAgain() {
        try (Script s = Script.establishedClient()) {
            s.after(ofSeconds(1));
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.expectsStates(SYN_SENT, ESTABLISHED);
            s.app().expectsConnected();
        }
    }

    // RFC 9293 3.10.7.3, first: unless the RST bit is set, <SEQ=SEG.ACK><CTL=RST>
    @Test
    void aWrongAckInSynSentGetsAResetAndTheConnectGoesOn() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(synAck(1000, 2));
            s.peer().expects(rst(2), syn(0));
            s.peer().sends(synAck(1000, 0));
            s.peer().expects(rst(0));
            s.peer().sends(ack(1000, -5));
            s.peer().expects(rst(-5));
            s.expectsState(SYN_SENT);
            s.app().expectsNotConnected();
            s.peer().sends(synAck(1000, 1));
            s.peer().expects(ack(1, 1001));
            s.expectsState(ESTABLISHED);
        }
    }

    // RFC 9293 3.10.7.3, fifth: "if neither of the SYN or RST bits is set, then drop the segment and return"
    @Test
    void neitherSynNorResetIsDroppedInSynSent() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(ack(1001, 1), data(1001, "x").acks(1), fin(1001).acks(1), data(1001, "x").flags(PSH),
                    segment(0).seq(5), segment(FIN).seq(5));
            s.peer().expectsNothing();
            s.expectsState(SYN_SENT);
            s.app().expectsNotConnected();
        }
    }

    // RFC 9293 3.10.7.3, second: only a reset that acknowledges our SYN counts
    @Test
    void aResetThatDoesNotAcknowledgeOurSynIsIgnored() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(rst(1000), rst(0), rst(0).acks(0), rst(0).acks(2), rst(0).acks(-1));
            s.peer().expectsNothing();
            s.expectsState(SYN_SENT);
            s.app().expectsNotConnected();
        }
    }

    @Test
    void synWithFinNeverOpens() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(synAck(1000, 1).and(FIN), syn(1000).and(FIN));
            s.peer().expectsNothing();
            s.expectsState(SYN_SENT);
        }
    }

    // ---- the control block: one per session, from the first SYN until CLOSED

    @Test
    void everyPeerHasNumbersOfItsOwn() {
        try (Script s = Script.server()) {
            Peer a = s.peer();
            Peer b = s.peer(40001);
            a.sends(syn(1000).mss(1460));
            b.sends(syn(0xffffffffL).mss(1460));
            a.expects(synAck(0, 1001));
            b.expects(synAck(0, 0));
            b.sends(ack(0, 1));
            s.expectsState(b, ESTABLISHED);
            s.expectsState(a, SYN_RECEIVED);
            a.sends(ack(1001, 1));
            s.app(0).writes("to b");
            s.app(1).writes("for a");
            b.expects(data(1, "to b").acks(0));
            a.expects(data(1, "for a").acks(1001));
            a.sends(ack(1001, 6));
            b.sends(ack(0, 5));
            a.sends(rst(1001));
            s.app(1).expectsFailure(IOException.class, "reset");
            s.expectsState(a, CLOSED);
            s.expectsState(b, ESTABLISHED);
        }
    }

    @Test
    void aSessionAfterCloseIsANewOne() {
        try (Script s = Script.establishedServer()) {
            s.app().aborts();
            s.peer().expects(rst(1).acks(1001));
            s.peer().sends(syn(70_000).mss(1000));
            s.peer().expects(synAck(0, 70_001));
            s.peer().sends(ack(70_001, 1));
            s.app(1).expectsConnected();
            s.app(1).writes(1500);
            s.peer().expects(data(1, 1000).noPush(), data(1001, 500));
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED, CLOSED, LISTEN, SYN_RECEIVED, ESTABLISHED);
        }
    }
}
