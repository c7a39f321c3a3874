/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSING;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

/** Simultaneous close (RFC 9293 3.6 case 3 and figure 13): both sides pass through CLOSING. */
final class SimultaneousCloseTest {
    @Test
    void bothFinsCross() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(2, 1002));
            s.expectsState(CLOSING);
            s.app().expectsClosing();
            s.peer().sends(ack(1002, 2));
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofSeconds(59));
            s.expectsState(TIME_WAIT);
            s.after(ofSeconds(1));
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, CLOSING, TIME_WAIT, CLOSED);
        }
    }

    @Test
    void theSideThatOpenedPassesThroughClosingToo() {
        try (Script s = Script.establishedClient()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(2, 1002));
            s.app().expectsInputEnd();
            s.peer().sends(ack(1002, 2));
            s.expectsStates(SYN_SENT, ESTABLISHED, FIN_WAIT_1, CLOSING, TIME_WAIT);
        }
    }

    /** The FIN of each side rides on data; each side's data counts before its FIN. */
    @Test
    void dataInFlightBothWaysIsDelivered() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().shutsOutput();
            s.peer().expects(data(1, "hello"), fin(6).acks(1001));
            s.peer().sends(data(1001, "good bye").acks(1).and(FIN));
            s.app().expectsRead("good bye");
            s.app().expectsInputEnd();
            s.peer().expects(ack(7, 1010));
            s.expectsState(CLOSING);
            // our data alone is no acknowledgment of our FIN
            s.peer().sends(ack(1010, 6));
            s.expectsState(CLOSING);
            s.peer().sends(ack(1010, 7));
            s.expectsState(TIME_WAIT);
        }
    }

    /** Data that is not out yet when the FIN of the peer comes still precedes ours: RFC 9293 3.10.4. */
    @Test
    void dataThatWaitsForTheWindowGoesOnInClosing() {
        try (Script s = Script.establishedServer(peerWin(5))) {
            s.app().writes("hello world");
            s.peer().expects(data(1, "hello").flags(ACK));
            s.app().closes();
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(6, 1002));
            s.expectsState(CLOSING);
            s.peer().sends(ack(1002, 6).win(100));
            s.peer().expects(data(6, " world").acks(1002).and(FIN));
            s.peer().sends(ack(1002, 13));
            s.app().expectsClosed();
            s.expectsState(TIME_WAIT);
        }
    }

    /** RFC 9293 3.10.8: in CLOSING the retransmission timer still watches our FIN. */
    @Test
    void ourFinIsSentAgainInClosing() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(2, 1002));
            s.peer().expectsWithin(s.rto(), fin(1).acks(1002));
            s.peer().expectsAt(s.rto(), fin(1).acks(1002));
            s.peer().sends(ack(1002, 2));
            s.expectsState(TIME_WAIT);
        }
    }

    /** RFC 9293 3.10.7.4, eighth, CLOSING: remain in CLOSING; the FIN that came again is acknowledged again. */
    @Test
    void theFinOfThePeerSentAgainIsAcknowledgedAgainInClosing() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(2, 1002));
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(2, 1002));
            s.expectsState(CLOSING);
            s.peer().sends(ack(1002, 2));
            s.expectsState(TIME_WAIT);
        }
    }
}
