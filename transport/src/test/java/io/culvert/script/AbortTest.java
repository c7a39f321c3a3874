/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.onChild;
import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.CLOSING;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.LAST_ACK;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMinutes;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.culvert.CulvertTimeoutException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** Abort: RFC 9293 3.10.5, and what both applications see of a reset. */
final class AbortTest {
    @Test
    void fromEstablishedResetsAtSndNxt() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().sends(data(1001, "good day").acks(1));
            s.app().expectsRead("good day");
            s.app().aborts();
            s.peer().expects(rst(6).acks(1009));
            s.app().expectsClosed();
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED, CLOSED);
        }
    }

    /** RFC 9293 3.10.5: "all queued SENDs and RECEIVEs should be given 'connection reset' notification". */
    @Test
    void discardsWhatIsQueued() {
        try (Script s = Script.establishedServer(peerWin(5), with(ChannelOption.SO_SNDBUF, 256))) {
            s.app().writes("hello world");
            s.peer().expects(data(1, "hello").flags(ACK));
            Future<Void> delivered = s.app().channel().delivered();
            s.app().writes(500);
            s.app().aborts();
            // SND.NXT: what was never sent takes no number
            s.peer().expects(rst(6).acks(1001));
            s.app().expectsWriteFailure(ClosedChannelException.class);
            assertInstanceOf(ClosedChannelException.class, delivered.cause());
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    @Test
    void fromFinWait1ResetsAfterTheFin() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().shutsOutput();
            s.peer().expects(data(1, "hello"), fin(6).acks(1001));
            s.expectsState(FIN_WAIT_1);
            s.app().aborts();
            s.peer().expects(rst(7).acks(1001));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    @Test
    void fromFinWait2ResetsAfterTheFin() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
            s.app().aborts();
            s.peer().expects(rst(2).acks(1001));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void fromCloseWaitResetsAndAcknowledgesTheFin() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().aborts();
            s.peer().expects(rst(1).acks(1002));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    /** RFC 9293 3.10.5, SYN-RECEIVED: reset. Closing the server ends what is half-open. */
    @Test
    void fromSynReceivedResets() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.serverChannel().close();
            s.peer().expects(rst(1).acks(1001));
            s.expectsStates(LISTEN, SYN_RECEIVED, CLOSED);
        }
    }

    /** RFC 9293 3.10.5, SYN-SENT: "delete the TCB", without a segment. */
    @Test
    void inSynSentSendsNothing() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.app().aborts();
            s.app().expectsFailure(ClosedChannelException.class, "null");
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(3));
            s.expectsStates(SYN_SENT, CLOSED);
        }
    }

    /** RFC 9293 3.10.5: in CLOSING, LAST-ACK and TIME-WAIT "respond 'ok' and delete the TCB". */
    @Test
    void inClosingSendsNothing() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(2, 1002));
            s.expectsState(CLOSING);
            s.app().aborts();
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void inLastAckSendsNothing() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1002));
            s.expectsState(LAST_ACK);
            s.app().aborts();
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void inTimeWaitSendsNothingAndEndsTheWait() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
            s.app().aborts();
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
            s.expectsState(CLOSED);
        }
    }

    /** RFC 2525 2.17, RFC 1122 4.2.2.13: received bytes that nobody will read: the peer has to know. */
    @Test
    void closeWithUnreadDataResets() {
        try (Script s = Script.establishedServer()) {
            s.app().stopsReading();
            s.peer().sends(data(1001, "unread").acks(1));
            s.app().expectsNothingRead();
            s.app().closes();
            s.peer().expects(rst(1).acks(1007));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void closeWithUnreadDataBeforeAFinResetsToo() {
        try (Script s = Script.establishedServer()) {
            s.app().stopsReading();
            s.peer().sends(data(1001, "unread").acks(1).and(FIN));
            s.peer().expects(ack(1, 1008));
            s.expectsState(CLOSE_WAIT);
            s.app().closes();
            s.peer().expects(rst(1).acks(1008));
            s.app().expectsClosed();
        }
    }

    /** RFC 9293 3.10.5, CLOSING: no reset, even with bytes that nobody has read. */
    @Test
    void closeWithUnreadDataInClosingSendsNothing() {
        try (Script s = Script.establishedServer()) {
            s.app().stopsReading();
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(1001, "unread").acks(1).and(FIN));
            s.peer().expects(ack(2, 1008));
            s.expectsState(CLOSING);
            s.app().closes();
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    /** RFC 9293 3.10.7.4, second: the user is told "connection reset", not an end of input. */
    @Test
    void aResetIsAnErrorAndNoEndOfInput() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            Future<Void> delivered = s.app().channel().delivered();
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsNoInputEnd();
            s.app().expectsClosed();
            assertInstanceOf(IOException.class, delivered.cause());
            s.expectsState(CLOSED);
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    @Test
    void whatCameBeforeAResetIsDeliveredFirst() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "last words").acks(1), rst(1011));
            s.app().expectsRead("last words");
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsNoInputEnd();
            s.app().expectsClosed();
        }
    }

    /** Also more than one loop of reads takes: 16 reads is Netty's limit. */
    @Test
    void muchThatCameBeforeAResetIsDeliveredFirst() {
        try (Script s = Script.establishedServer(
                onChild(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(100)))) {
            s.peer().sends(data(1001, 1400).acks(1), data(2401, 1400).acks(1), data(3801, 1400).acks(1), rst(5201));
            s.app().expectsRead(4200);
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
            s.peer().drain();
        }
    }

    @Test
    void aResetInFinWait1IsAnError() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsNoInputEnd();
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aResetInFinWait2IsAnError() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsNoInputEnd();
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aResetInCloseWaitIsAnError() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().expectsInputEnd();
            s.peer().sends(rst(1002));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    /** RFC 9293 3.8.3: past R2 the connection is closed and the application told; 15 backoffs here. */
    @Test
    void dataWithoutAnswerTimesOutAfterFifteenRetransmissions() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            Future<Void> delivered = s.app().channel().delivered();
            s.peer().expects(data(1, "hello"));
            for (int i = 0; i < 15; i++) {
                s.peer().expectsAt(s.rto(), data(1, "hello"));
                s.app().expectsOpen();
            }
            s.peer().expectsAt(s.rto(), rst(6).acks(1001));
            s.app().expectsFailure(CulvertTimeoutException.class, "timed out");
            s.app().expectsNoInputEnd();
            s.app().expectsClosed();
            assertInstanceOf(CulvertTimeoutException.class, delivered.cause());
            s.expectsState(CLOSED);
        }
    }
}
