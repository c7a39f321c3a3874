/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.LAST_ACK;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Lost last ACK: LAST-ACK sends its FIN again, TIME-WAIT answers it, and both end in CLOSED. */
final class LostLastAckTest {
    /** RFC 9293 3.10.8: the retransmission timer of our FIN. */
    @Test
    void lastAckSendsItsFinAgainUntilItIsAcknowledged() {
        try (Script s = Script.establishedServer()) {
            Duration rto = s.rto();
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().closes();
            s.peer().expects(fin(1).acks(1002));
            s.expectsState(LAST_ACK);
            s.peer().expectsAt(rto, fin(1).acks(1002));
            s.peer().expectsAt(rto.multipliedBy(2), fin(1).acks(1002));
            s.app().expectsClosing();
            s.peer().sends(ack(1002, 2));
            s.expectsState(CLOSED);
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    /** RFC 9293 3.10.7.4, eighth, TIME-WAIT: the FIN is acknowledged again, and 2 MSL start again. */
    @Test
    void timeWaitAnswersAFinThatComesAgain() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofSeconds(50));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofSeconds(59));
            s.expectsState(TIME_WAIT);
            s.after(ofSeconds(1));
            s.expectsState(CLOSED);
        }
    }

    /** The last segment of the close may carry data too, and is answered as a whole. */
    @Test
    void timeWaitAnswersAFinThatComesAgainWithItsData() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(1001, "bye").acks(2).and(FIN));
            s.peer().expects(ack(2, 1005));
            s.app().expectsRead("bye");
            s.peer().sends(data(1001, "bye").acks(2).and(FIN));
            s.peer().expects(ack(2, 1005));
            s.app().expectsNothingRead();
            s.expectsState(TIME_WAIT);
        }
    }

    /** When TIME-WAIT is over before the FIN comes again, the reset ends the peer's LAST-ACK: RFC 9293 3.10.7.1. */
    @Test
    void afterTimeWaitAFinIsAnsweredByAReset() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofSeconds(60));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(rst(2));
        }
    }

    /** The other side of it: in LAST-ACK a reset ends what is over anyway. */
    @Test
    void aResetEndsLastAck() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().closes();
            s.peer().expects(fin(1).acks(1002));
            s.peer().sends(rst(1002));
            s.expectsState(CLOSED);
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }
}
