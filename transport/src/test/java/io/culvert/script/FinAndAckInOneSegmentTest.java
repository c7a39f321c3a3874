/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSING;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

/** FIN and its ACK in one segment: FIN-WAIT-1 to TIME-WAIT directly (RFC 9293 3.10.7.4, eighth, FIN-WAIT-1). */
final class FinAndAckInOneSegmentTest {
    @Test
    void leadsFromFinWait1ToTimeWait() {
        try (Script s = Script.establishedClient()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.expectsState(FIN_WAIT_1);
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofSeconds(60));
            // RFC 9293 3.10.7.4, fifth: the ACK leads to FIN-WAIT-2, "and continue processing in that state"
            s.expectsStates(SYN_SENT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSED);
        }
    }

    /** The three-segment close of a peer that has data left. */
    @Test
    void mayCarryTheLastDataToo() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().shutsOutput();
            s.peer().expects(data(1, "hello"), fin(6).acks(1001));
            s.peer().sends(data(1001, "bye").acks(7).and(FIN));
            s.peer().expects(ack(7, 1005));
            s.app().expectsRead("bye");
            s.app().expectsInputEnd();
            s.expectsState(TIME_WAIT);
            // the channel is closed by its application, not by the session
            s.app().expectsOpen();
            s.app().closes();
            s.app().expectsClosed();
        }
    }

    /** A FIN that acknowledges our data only is the beginning of a simultaneous close. */
    @Test
    void aFinThatAcknowledgesOnlyOurDataLeadsToClosing() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().closes();
            s.peer().expects(data(1, "hello"), fin(6).acks(1001));
            s.peer().sends(fin(1001).acks(6));
            s.peer().expects(ack(7, 1002));
            s.expectsState(CLOSING);
            s.peer().sends(ack(1002, 7));
            s.expectsState(TIME_WAIT);
        }
    }

    /** The ACK counts although the FIN behind it lies ahead of a hole. */
    @Test
    void aFinAheadOfAHoleStillAcknowledgesOurs() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1004).acks(2));
            s.peer().expects(ack(2, 1001));
            s.expectsState(FIN_WAIT_2);
            s.peer().sends(data(1001, "bye").acks(2));
            s.peer().expects(ack(2, 1005));
            s.app().expectsRead("bye");
            s.app().expectsInputEnd();
            s.expectsState(TIME_WAIT);
        }
    }
}
