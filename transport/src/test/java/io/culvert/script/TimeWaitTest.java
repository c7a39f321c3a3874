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
import static io.culvert.segment.SegmentFlags.SYN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.segment.SequenceNumber;
import org.junit.jupiter.api.Test;

/** TIME-WAIT: RFC 9293 3.6.1 and 3.10.7.4, RFC 1337, RFC 6191. */
final class TimeWaitTest {
    private static final int OLD_SND_NXT = 2;
    private static final int ISS_GAP = 65_537;

    /** Our side closed first; the peer's next number is 1002, ours 2. */
    private static Script server(Setting... settings) {
        return closed(Script.establishedServer(settings));
    }

    private static Script closed(Script s) {
        s.app().closes();
        s.peer().expects(fin(1).acks(1001));
        s.peer().sends(fin(1001).acks(2));
        s.peer().expects(ack(2, 1002));
        s.app().expectsClosed();
        s.expectsState(TIME_WAIT);
        return s;
    }

    // ---- how long

    @Test
    void itLastsTwoMaximumSegmentLifetimes() {
        try (Script s = server()) {
            s.peer().expectsNothingFor(ofMillis(59_999));
            s.expectsState(TIME_WAIT);
            s.peer().expectsNothingFor(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void theMaximumSegmentLifetimeIsSettable() {
        for (int millis : new int[] {1, 500, 120_000}) {
            try (Script s = server(with(CulvertChannelOption.MSL_MILLIS, millis))) {
                s.after(ofMillis(2L * millis - 1));
                s.expectsState(TIME_WAIT);
                s.after(ofMillis(1));
                s.expectsState(CLOSED);
            }
        }
    }

    @Test
    void itLastsAsLongOnTheSideThatConnected() {
        try (Script s = closed(Script.establishedClient())) {
            s.peer().expectsNothingFor(ofMillis(59_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void theChannelIsClosedWhenTimeWaitBegins() {
        try (Script s = closed(Script.establishedClient())) {
            s.app().expectsClosed();
            s.expectsState(TIME_WAIT);
        }
    }

    // ---- what is answered

    // RFC 9293 3.10.7.4, eighth: "remain in the TIME-WAIT state. Restart the 2 MSL time-wait timeout"
    @Test
    void aRetransmittedFinIsAcknowledgedAndRestartsTheTimer() {
        try (Script s = server()) {
            s.after(ofSeconds(59));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofMillis(59_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aRetransmittedFinWithItsDataIsAcknowledgedAndRestartsTheTimer() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(1001, "last").acks(2).and(FIN));
            s.peer().expects(ack(2, 1006));
            s.app().expectsRead("last");
            s.app().expectsInputEnd();
            s.expectsState(TIME_WAIT);
            s.after(ofSeconds(30));
            s.peer().sends(data(1001, "last").acks(2).and(FIN));
            s.peer().expects(ack(2, 1006));
            s.after(ofMillis(59_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aPureAckGetsNothingAndRestartsNothing() {
        try (Script s = server()) {
            s.after(ofSeconds(30));
            s.peer().sends(ack(1002, 2), ack(1002, 1), ack(1002, 2));
            s.peer().expectsNothing();
            s.after(ofMillis(29_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    // RFC 9293 3.10.7.4, first: what is not acceptable is acknowledged
    @Test
    void anOldDuplicateOfDataIsAcknowledgedAndRestartsNothing() {
        try (Script s = server()) {
            s.after(ofSeconds(30));
            s.peer().sends(data(900, "old").acks(1));
            s.peer().expects(ack(2, 1002));
            s.after(ofSeconds(30));
            s.expectsState(CLOSED);
        }
    }

    // RFC 1337 3, fix F1
    @Test
    void aResetDoesNotCutItShort() {
        try (Script s = server()) {
            s.after(ofSeconds(10));
            s.peer().sends(rst(1002), rst(1002).acks(2), rst(1003), rst(900));
            s.peer().expectsNothing();
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(49_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    // RFC 1337 hazard H1: the ACK of an old duplicate draws a reset from a peer that knows of nothing
    @Test
    void theResetThatOurOwnAckDrewDoesNotCutItShort() {
        try (Script s = server()) {
            s.peer().sends(data(900, "old").acks(1));
            s.peer().expects(ack(2, 1002));
            s.peer().sends(rst(1002));
            s.after(ofMillis(59_999));
            s.expectsState(TIME_WAIT);
        }
    }

    // RFC 7323 3.2: the option stays in every segment
    @Test
    void timestampsStayOn() {
        try (Script s = server(Setting.peerTimestamps())) {
            s.after(ofSeconds(7));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002).timestamps());
        }
    }

    // ---- connection requests

    @Test
    void anOldDuplicateSynGetsAnAck() {
        try (Script s = server()) {
            for (long seq : new long[] {1000, 500, 1001, 1002}) {
                s.peer().sends(syn(seq).mss(1460));
                s.peer().expects(ack(2, 1002));
            }
            s.expectsState(TIME_WAIT);
            s.after(ofSeconds(60));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void synWithAckOrFinNeverReopens() {
        try (Script s = server()) {
            s.peer().sends(synAck(50_000, 2).mss(1460));
            s.peer().expects(ack(2, 1002));
            s.peer().sends(segment(SYN | FIN).seq(50_000));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
        }
    }

    private static void expectsReopened(Script s, Spec syn, int oldIss, long irs) {
        s.peer().sends(syn);
        Received answer = s.peer().next();
        assertEquals(SYN | ACK, answer.flags(), answer::toString);
        assertEquals((int) irs + 1, answer.ack());
        // RFC 6191 2 and RFC 9293 3.6.1: beyond everything that the old session can have sent
        assertTrue(SequenceNumber.greaterOrEqual(s.peer().iss(), oldIss + OLD_SND_NXT + ISS_GAP),
                () -> "ISS went on by " + (s.peer().iss() - oldIss));
        s.peer().sends(ack(irs + 1, 1));
        s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1,
                FIN_WAIT_2, TIME_WAIT, CLOSED, LISTEN, SYN_RECEIVED, ESTABLISHED);
        s.app(1).expectsConnected();
        s.app(1).writes("again");
        s.peer().expects(data(1, "again").acks((int) irs + 1));
    }

    @Test
    void aLargerSequenceNumberReopens() {
        try (Script s = server()) {
            expectsReopened(s, syn(1003).mss(1460), s.peer().iss(), 1003);
        }
    }

    @Test
    void aLargerSequenceNumberReopensLater() {
        try (Script s = server()) {
            s.after(ofSeconds(40));
            expectsReopened(s, syn(1_000_000).mss(1460), s.peer().iss(), 1_000_000);
            s.peer().sends(ack(1_000_001, 6));
            s.after(ofSeconds(60));
            s.expectsState(ESTABLISHED);
        }
    }

    // RFC 6191 2: the timestamp decides, whatever the sequence number
    @Test
    void aLargerTimestampReopensWithASmallerSequenceNumber() {
        try (Script s = server(Setting.peerTimestamps())) {
            s.after(ofMillis(1));
            expectsReopened(s, syn(77).mss(1460).timestamps(), s.peer().iss(), 77);
        }
    }

    @Test
    void anEqualTimestampReopensWithALargerSequenceNumberOnly() {
        try (Script s = server(Setting.peerTimestamps())) {
            int recent = s.peer().clock();
            s.peer().sends(syn(1002).mss(1460).tsVal(recent));
            s.peer().expects(ack(2, 1002));
            expectsReopened(s, syn(1003).mss(1460).tsVal(recent), s.peer().iss(), 1003);
        }
    }

    @Test
    void aSmallerTimestampDoesNotReopen() {
        try (Script s = server(Setting.peerTimestamps())) {
            int recent = s.peer().clock();
            s.after(ofSeconds(1));
            s.peer().sends(syn(1_000_000).mss(1460).tsVal(recent - 1));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
        }
    }

    // a socket that only connected has nobody to accept: the SYN is acknowledged, nothing is reset or opened
    @Test
    void onTheSideThatConnectedNothingReopens() {
        try (Script s = closed(Script.establishedClient())) {
            s.peer().sends(syn(1_000_000).mss(1460));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
        }
    }

    // RFC 9293 3.6.1: after 2 MSL the four-tuple is free
    @Test
    void afterwardsAnySynOpens() {
        try (Script s = server()) {
            s.after(ofSeconds(60));
            s.expectsState(CLOSED);
            s.peer().sends(syn(5).mss(1460));
            s.peer().expects(synAck(0, 6));
        }
    }

    @Test
    void everyPeerHasATimeWaitOfItsOwn() {
        try (Script s = server()) {
            s.after(ofSeconds(20));
            Peer b = s.peer(40001);
            b.sends(syn(1000).mss(1460));
            b.expects(synAck(0, 1001));
            b.sends(ack(1001, 1));
            s.app(1).closes();
            b.expects(fin(1).acks(1001));
            b.sends(fin(1001).acks(2));
            b.expects(ack(2, 1002));
            s.after(ofSeconds(30));
            // the first one's wait begins again, behind the second's
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofMillis(29_999));
            s.expectsState(b, TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(b, CLOSED);
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(29_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }
}
