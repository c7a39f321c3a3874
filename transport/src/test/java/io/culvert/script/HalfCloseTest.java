/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.LAST_ACK;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** Half-close: one direction has ended, data still flows the other way. */
final class HalfCloseTest {
    /** RFC 9293 3.6: "the one that closes may continue to RECEIVE until ... the other side has CLOSED also". */
    @Test
    void dataFlowsToUsInFinWait1AndFinWait2() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(1001, "one").acks(1));
            s.app().expectsRead("one");
            s.expectsState(FIN_WAIT_1);
            s.peer().sends(ack(1004, 2));
            s.expectsState(FIN_WAIT_2);
            s.app().expectsOpen();
            s.peer().sends(data(1004, "two").acks(2));
            s.app().expectsRead("two");
            s.peer().expectsWithin(ofMillis(40), ack(2, 1007));
            s.peer().sends(data(1007, "three").acks(2).and(FIN));
            s.app().expectsRead("three");
            s.app().expectsInputEnd();
            s.peer().expects(ack(2, 1013));
            s.expectsState(TIME_WAIT);
        }
    }

    /** RFC 9293 3.6, case 2: in CLOSE-WAIT "the user ... can respond" with data before it closes. */
    @Test
    void dataFlowsToThePeerInCloseWait() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").acks(1002));
            s.app().expectsWritten();
            s.peer().expectsAfter(s.rto(), data(1, "hello").acks(1002));
            s.peer().sends(ack(1002, 6));
            s.app().writes("again");
            s.peer().expects(data(6, "again").acks(1002));
            s.app().closes();
            s.peer().expects(fin(11).acks(1002));
            s.peer().sends(ack(1002, 11));
            s.expectsState(LAST_ACK);
            s.app().expectsClosing();
            s.peer().sends(ack(1002, 12));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    /** A half-closed session whose channel is open is nobody's orphan: FIN-WAIT-2 has no limit. */
    @Test
    void finWait2WithAnOpenChannelHasNoLimit() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().expectsNothingFor(ofHours(3));
            s.expectsState(FIN_WAIT_2);
            s.app().expectsOpen();
            s.peer().sends(data(1001, "late").acks(2));
            s.app().expectsRead("late");
            s.peer().expectsWithin(ofMillis(40), ack(2, 1005));
        }
    }

    /** RFC 9293 3.10.2: a SEND after CLOSE: "error: connection closing". */
    @Test
    void aWriteAfterShutdownOutputFails() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.app().writes("late");
            s.app().expectsWriteFailure(ClosedChannelException.class);
            s.app().expectsOpen();
            s.peer().sends(ack(1001, 2));
            s.peer().expectsNothingFor(ofSeconds(5));
        }
    }

    /** A second shutdownOutput succeeds and sends nothing. */
    @Test
    void shutdownOutputTwiceSendsOneFin() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            ChannelFuture second = s.app().channel().shutdownOutput();
            s.peer().expectsNothing();
            assertTrue(second.isSuccess());
            s.peer().sends(ack(1001, 2));
        }
    }

    /** RFC 9293 3.10.4: the FIN follows all that was sent before, also what waits for room in the send buffer. */
    @Test
    void theFinFollowsWhatWaitsBehindAFullSendBuffer() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_SNDBUF, 2000), peerMss(1000))) {
            s.app().writes(5000);
            s.peer().expects(data(1, 1000).flags(ACK), data(1001, 1000));
            ChannelFuture shut = s.app().channel().shutdownOutput();
            s.peer().expectsNothing();
            assertFalse(shut.isDone());
            s.expectsState(ESTABLISHED);
            s.peer().sends(ack(1001, 2001));
            s.peer().expects(data(2001, 1000).flags(ACK), data(3001, 1000));
            s.peer().sends(ack(1001, 4001));
            s.app().expectsWritten();
            assertTrue(shut.isSuccess());
            Received last = s.peer().next();
            assertEquals(4001, last.seq());
            assertEquals(1000, last.payload().length);
            if (!last.has(FIN)) {
                s.peer().expects(fin(5001).acks(1001));
            }
            s.expectsState(FIN_WAIT_1);
            s.peer().sends(ack(1001, 5002));
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** A write between shutdownOutput and the FIN that waits for the send buffer is after the end of output. */
    @Test
    void aWriteAfterAShutdownThatWaitsFails() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_SNDBUF, 1000), peerMss(1000))) {
            s.app().writes(1500);
            s.peer().expects(data(1, 1000));
            s.app().shutsOutput();
            s.app().writes("late");
            s.app().expectsWriteFailure(ChannelOutputShutdownException.class);
            s.peer().sends(ack(1001, 1001));
            Received last = s.peer().next();
            assertEquals(1001, last.seq());
            assertEquals(500, last.payload().length);
            if (!last.has(FIN)) {
                s.peer().expects(fin(1501).acks(1001));
            }
            s.peer().sends(ack(1001, 1502));
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** delivered() means the peer has it, whichever side has ended. */
    @Test
    void deliveredHoldsInCloseWait() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            Future<Void> delivered = s.app().channel().delivered();
            s.peer().expectsNothing();
            assertFalse(delivered.isDone());
            s.peer().sends(ack(1002, 6));
            assertTrue(delivered.isSuccess());
        }
    }

    /** What comes after shutdownInput is acknowledged and dropped; the window stays open. */
    @Test
    void whatComesAfterShutdownInputIsAcknowledgedAndDropped() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsInput();
            s.peer().sends(data(1001, "lost").acks(1));
            s.app().expectsNothingRead();
            s.peer().expectsWithin(ofMillis(40), ack(1, 1005));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").acks(1005));
            s.expectsState(ESTABLISHED);
            s.app().expectsOpen();
        }
    }

    // a cancelled promise stops a shutdown of the input that has not begun, and hurts nobody
    @Test
    void aCancelledShutdownOfTheInputDoesNothing() {
        try (Script s = Script.establishedServer()) {
            ChannelPromise promise = s.app().channel().newPromise();
            promise.cancel(false);
            s.app().channel().shutdownInput(promise);
            s.peer().sends(data(1001, "still read"));
            s.app().expectsRead("still read");
            s.peer().expectsWithin(ofMillis(40), ack(1, 1011));
        }
    }
}
