/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.LAST_ACK;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Four-way close: each side's FIN and its acknowledgment, whoever begins. */
final class FourWayCloseTest {
    /** RFC 9293 3.6, case 1, and figure 12. */
    @Test
    void oursFirst() {
        try (Script s = Script.establishedClient()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.expectsState(FIN_WAIT_1);
            s.app().expectsClosing();
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
            s.app().expectsClosed();
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
            s.peer().expectsNothingFor(ofSeconds(60));
            s.expectsStates(SYN_SENT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSED);
        }
    }

    /** RFC 9293 3.6, case 2. */
    @Test
    void peerFirst() {
        try (Script s = Script.establishedClient()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.expectsState(CLOSE_WAIT);
            s.app().expectsInputEnd();
            s.app().expectsOpen();
            s.app().closes();
            s.peer().expects(fin(1).acks(1002));
            s.expectsState(LAST_ACK);
            s.app().expectsClosing();
            s.peer().sends(ack(1002, 2));
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
            s.expectsStates(SYN_SENT, ESTABLISHED, CLOSE_WAIT, LAST_ACK, CLOSED);
        }
    }

    /** RFC 9293 3.10.4: "Queue this until all preceding SENDs have been segmentized, then form a FIN segment". */
    @Test
    void finFollowsAllDataQueuedBeforeItAndRidesOnTheLastSegment() {
        try (Script s = Script.establishedServer(peerMss(100), peerWin(100))) {
            s.app().writes(250);
            s.peer().expects(data(1, 100).flags(ACK));
            s.app().closes();
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 101).win(65535));
            s.peer().expects(data(101, 100).flags(ACK), data(201, 50).and(FIN).acks(1001));
            s.expectsState(FIN_WAIT_1);
            // RFC 9293 3.4: the FIN takes the number after the last byte
            s.peer().sends(ack(1001, 251));
            s.expectsState(FIN_WAIT_1);
            s.app().expectsClosing();
            s.peer().sends(ack(1001, 252));
            s.expectsState(FIN_WAIT_2);
            s.app().expectsClosed();
        }
    }

    /** RFC 9293 3.4: FIN has a place in the sequence space, and so needs a place in the window. */
    @Test
    void finWaitsForRoomInTheWindow() {
        try (Script s = Script.establishedServer(peerWin(5))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.app().closes();
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 6));
            s.peer().expects(fin(6).acks(1001));
            s.peer().sends(ack(1001, 7));
            s.expectsState(FIN_WAIT_2);
        }
    }

    @Test
    void finDoesNotRideOnDataThatFillsTheWindow() {
        try (Script s = Script.establishedServer(peerWin(0))) {
            s.app().writes("hello");
            s.app().closes();
            s.peer().sends(ack(1001, 1).win(5));
            s.peer().expects(data(1, "hello"));
            s.peer().sends(ack(1001, 6).win(1));
            s.peer().expects(fin(6).acks(1001));
            s.peer().sends(ack(1001, 7));
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** As above, behind a closed window: it is probed (RFC 9293 3.8.6.1), and the FIN goes when it opens. */
    @Test
    void finWaitsBehindAZeroWindowThatIsProbed() {
        try (Script s = Script.establishedServer(peerWin(0))) {
            s.app().closes();
            s.peer().expectsNothing();
            s.peer().expectsWithin(s.rto(), ack(0, 1001));
            s.peer().sends(ack(1001, 1).win(1));
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** RFC 9293 3.10.7.4, first: what lies beyond the window is cut off, and the FIN behind it with it. */
    @Test
    void aFinBeyondTheWindowIsNotTaken() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_RCVBUF, 1000))) {
            s.app().stopsReading();
            s.peer().sends(data(1001, 1001).acks(1).and(FIN));
            s.peer().expects(ack(1, 2001).win(0));
            s.expectsState(ESTABLISHED);
            s.app().expectsNoInputEnd();
            s.app().resumesReading();
            s.app().expectsRead(1000);
            s.app().expectsNoInputEnd();
            s.peer().expects(ack(1, 2001).win(1000));
            s.peer().sends(data(2001, new byte[] {1}).acks(1).and(FIN));
            s.peer().expects(ack(1, 2003));
            s.app().expectsRead(new byte[] {1});
            s.app().expectsInputEnd();
        }
    }

    /** RFC 9293 3.8.6: a FIN with nothing before it that is missing is taken even when no text could be. */
    @Test
    void aFinIsTakenWithAFullReceiveBuffer() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_RCVBUF, 1000))) {
            s.app().stopsReading();
            s.peer().sends(data(1001, 1000).acks(1));
            s.peer().expectsWithin(ofMillis(40), ack(1, 2001).win(0));
            s.peer().sends(fin(2001).acks(1));
            s.peer().expects(ack(1, 2002).win(0));
            s.expectsState(CLOSE_WAIT);
            s.app().expectsNoInputEnd();
            s.app().resumesReading();
            s.app().expectsRead(1000);
            s.app().expectsInputEnd();
        }
    }

    /** RFC 9293 3.10.7.4, seventh and eighth: first the text, then the FIN behind it. */
    @Test
    void finOfThePeerRidesOnItsLastData() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "bye").acks(1).and(FIN));
            s.peer().expects(ack(1, 1005));
            s.app().expectsRead("bye");
            s.app().expectsInputEnd();
            s.expectsState(CLOSE_WAIT);
        }
    }

    /** RFC 9293 3.10.7.4, eighth: "advance RCV.NXT over the FIN, and send an acknowledgment for the FIN". */
    @Test
    void aFinIsAcknowledgedAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().expectsNothingRead();
            s.app().expectsInputEnd();
        }
    }

    /** RFC 9293 3.10.7.4: segments out of order are held until what is missing has come; so is their FIN. */
    @Test
    void aFinAheadOfAHoleIsHeldUntilTheHoleIsFilled() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1007).acks(1));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNoInputEnd();
            s.expectsState(ESTABLISHED);
            s.peer().sends(data(1004, "def").acks(1));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
            s.peer().sends(data(1001, "abc").acks(1));
            s.peer().expects(ack(1, 1008));
            s.app().expectsRead("abcdef");
            s.app().expectsInputEnd();
            s.expectsState(CLOSE_WAIT);
        }
    }

    /** As above, with the FIN on the data that came ahead. */
    @Test
    void aFinOnDataAheadOfAHoleIsHeldWithIt() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1004, "def").acks(1).and(FIN));
            s.peer().expects(ack(1, 1001));
            s.expectsState(ESTABLISHED);
            s.app().expectsNoInputEnd();
            s.peer().sends(data(1001, "abc").acks(1));
            s.peer().expects(ack(1, 1008));
            s.app().expectsRead("abcdef");
            s.app().expectsInputEnd();
        }
    }

    /** RFC 9293 3.10.7.4, eighth, CLOSE-WAIT: a FIN again changes nothing but is acknowledged. */
    @Test
    void aFinSentAgainIsAcknowledgedAndToldNoMore() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "bye").acks(1).and(FIN));
            s.peer().expects(ack(1, 1005));
            s.app().expectsRead("bye");
            s.peer().sends(data(1001, "bye").acks(1).and(FIN));
            s.peer().expects(ack(1, 1005));
            s.peer().sends(fin(1004).acks(1));
            s.peer().expects(ack(1, 1005));
            s.app().expectsNothingRead();
            s.app().expectsInputEnd();
            s.expectsState(CLOSE_WAIT);
        }
    }

    /** RFC 9293 3.10.7.4, seventh: in CLOSE-WAIT "this should not occur, since a FIN has been received". */
    @Test
    void textBehindTheFinOfThePeerIsIgnored() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.peer().sends(data(1002, "more").acks(1));
            s.app().expectsNothingRead();
            s.expectsState(CLOSE_WAIT);
            s.peer().drain();
            s.app().closes();
            s.peer().expects(fin(1).acks(1002));
        }
    }

    /** The end of input follows the data, even when the application lets the data wait. */
    @Test
    void theEndOfInputWaitsForTheDataToBeRead() {
        try (Script s = Script.establishedServer()) {
            s.app().stopsReading();
            s.peer().sends(data(1001, "bye").acks(1).and(FIN));
            s.peer().expects(ack(1, 1005));
            s.app().expectsNothingRead();
            s.app().expectsNoInputEnd();
            s.app().resumesReading();
            s.app().expectsRead("bye");
            s.app().expectsInputEnd();
        }
    }

    /** Without ALLOW_HALF_CLOSURE the end of input closes the channel, and the FIN of the peer is answered by ours. */
    @Test
    void withoutHalfClosureTheEndOfInputCloses() {
        try (Script s = Script.establishedServer(with(ChannelOption.ALLOW_HALF_CLOSURE, false))) {
            s.peer().sends(data(1001, "bye").acks(1).and(FIN));
            s.peer().expects(fin(1).acks(1005));
            s.app().expectsRead("bye");
            s.expectsState(LAST_ACK);
            s.app().expectsNoInputEnd();
            s.peer().sends(ack(1005, 2));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    /** RFC 6298 5.4 to 5.6: a FIN takes sequence space, so it is sent again, each time after twice the time. */
    @Test
    void aFinWithoutAnswerIsSentAgainWithBackoff() {
        try (Script s = Script.establishedServer()) {
            Duration rto = s.rto();
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().expectsAt(rto, fin(1).acks(1001));
            s.peer().expectsAt(rto.multipliedBy(2), fin(1).acks(1001));
            s.peer().expectsAt(rto.multipliedBy(4), fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().expectsNothingFor(ofSeconds(30));
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** The segment that carries the last data and the FIN is one unit of loss. */
    @Test
    void dataAndFinAreSentAgainTogether() {
        try (Script s = Script.establishedServer(peerWin(5))) {
            s.app().writes("hello world");
            s.peer().expects(data(1, "hello").flags(ACK));
            s.app().closes();
            s.peer().sends(ack(1001, 6).win(1000));
            s.peer().expects(data(6, " world").and(FIN));
            s.peer().expectsAt(s.rto(), data(6, " world").and(FIN));
            s.peer().sends(ack(1001, 13));
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** A peer that took the data but not the FIN gets the FIN alone. */
    @Test
    void aFinWhoseDataIsAcknowledgedGoesAgainAlone() {
        try (Script s = Script.establishedServer(peerWin(5))) {
            s.app().writes("hello world");
            s.peer().expects(data(1, "hello").flags(ACK));
            s.app().closes();
            s.peer().sends(ack(1001, 6).win(1000));
            s.peer().expects(data(6, " world").and(FIN));
            s.peer().sends(ack(1001, 12));
            s.expectsState(FIN_WAIT_1);
            s.peer().expectsAfter(s.rto(), fin(12).acks(1001));
        }
    }

    /** RFC 9293 3.10.5: "everything acknowledged" includes nothing in the other direction; delivered() knows it. */
    @Test
    void deliveredIsToldWhenTheDataBeforeTheFinIsAcknowledged() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            Future<Void> delivered = s.app().channel().delivered();
            s.app().shutsOutput();
            s.peer().expects(fin(6).acks(1001));
            assertFalse(delivered.isDone());
            s.peer().sends(ack(1001, 6));
            assertTrue(delivered.isSuccess());
            s.expectsState(FIN_WAIT_1);
        }
    }
}
