/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import org.junit.jupiter.api.Test;

/** Data after a full close: RFC 9293 3.6.1 (a "half-duplex" close) and RFC 2525 2.17. */
final class DataAfterFullCloseTest {
    /** While we have something to deliver, a reset would destroy it. */
    @Test
    void isAcknowledgedAndDroppedWhileOursIsUndelivered() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().closes();
            s.peer().expects(data(1, "hello"), fin(6).acks(1001));
            s.peer().sends(data(1001, "dropped").acks(1));
            s.app().expectsNothingRead();
            s.peer().expectsWithin(ofMillis(40), ack(7, 1008));
            s.expectsState(FIN_WAIT_1);
            s.app().expectsClosing();
            s.peer().sends(ack(1008, 7));
            s.expectsState(FIN_WAIT_2);
            s.app().expectsClosed();
        }
    }

    /** Nobody will read it, and nothing of ours can be lost any more: RST at SND.NXT. */
    @Test
    void isAnsweredByAResetOnceOursIsDelivered() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
            s.peer().sends(data(1001, "late").acks(2));
            s.peer().expects(rst(2).acks(1001));
            s.expectsState(CLOSED);
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    @Test
    void isAnsweredByAResetWhenItComesWithTheAckOfOurFin() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(1001, "late").acks(2));
            s.peer().expects(rst(2).acks(1001));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void isAnsweredByAResetWithAFinBehindItToo() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().sends(data(1001, "late").acks(2).and(FIN));
            s.peer().expects(rst(2).acks(1001));
            s.expectsState(CLOSED);
        }
    }

    /** The undelivered bytes of ours may still wait for a window: then too the peer's are dropped, not reset. */
    @Test
    void isDroppedWhileOursWaitsForAWindow() {
        try (Script s = Script.establishedServer(peerWin(5))) {
            s.app().writes("hello world");
            s.peer().expects(data(1, "hello").flags(ACK));
            s.app().closes();
            s.peer().sends(data(1001, "dropped").acks(6).win(0));
            s.peer().expectsWithin(ofMillis(40), ack(6, 1008));
            s.expectsState(FIN_WAIT_1);
            s.peer().sends(ack(1008, 6).win(1000));
            s.peer().expects(data(6, " world").acks(1008).and(FIN));
            s.peer().sends(ack(1008, 13));
            s.app().expectsClosed();
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** What was received before the close and comes again is old: it is acknowledged, not reset. */
    @Test
    void anOldDuplicateIsNoDataAfterTheClose() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "early").acks(1));
            s.app().expectsRead("early");
            s.app().closes();
            s.peer().expects(fin(1).acks(1006));
            s.peer().sends(ack(1006, 2));
            s.peer().sends(data(1001, "early").acks(2));
            s.peer().expects(ack(2, 1006));
            s.expectsState(FIN_WAIT_2);
            s.peer().sends(fin(1006).acks(2));
            s.peer().expects(ack(2, 1007));
            s.expectsState(TIME_WAIT);
        }
    }

    /** A half-close is none: in FIN-WAIT-2 data is read as ever. */
    @Test
    void dataAfterAHalfCloseIsRead() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().sends(data(1001, "late").acks(2));
            s.app().expectsRead("late");
            s.peer().expectsWithin(ofMillis(40), ack(2, 1005));
            s.expectsState(FIN_WAIT_2);
        }
    }
}
