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
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** Closing: what the future of close() waits for. */
final class LingerTest {
    /** All is acknowledged, the FIN included. */
    @Test
    void closeCompletesWhenEverythingAndTheFinIsAcknowledged() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            ChannelFuture close = s.app().channel().close();
            s.peer().expects(fin(6).acks(1001));
            s.app().expectsClosing();
            s.peer().sends(ack(1001, 6));
            assertFalse(close.isDone());
            s.app().expectsClosing();
            s.peer().sends(ack(1001, 7));
            assertTrue(close.isSuccess());
            s.app().expectsClosed();
        }
    }

    /** After the default of 10 s the future completes; the session goes on trying. */
    @Test
    void closeCompletesAfter10SecondsOfSilenceAndTheSessionGoesOn() {
        try (Script s = Script.establishedServer()) {
            ChannelFuture close = s.app().channel().close();
            s.peer().expects(fin(1).acks(1001));
            s.after(ofSeconds(10).minusNanos(1));
            s.app().expectsClosing();
            assertFalse(close.isDone());
            s.after(ofNanos(1));
            assertTrue(close.isSuccess());
            s.app().expectsClosed();
            s.expectsState(FIN_WAIT_1);
            s.peer().drain();
            s.peer().expectsWithin(ofSeconds(20), fin(1).acks(1001));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
        }
    }

    @Test
    void aPositiveLingerTimeBoundsTheWait() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_LINGER, 3))) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.after(ofSeconds(3).minusNanos(1));
            s.app().expectsClosing();
            s.after(ofNanos(1));
            s.app().expectsClosed();
            s.expectsState(FIN_WAIT_1);
            s.peer().drain();
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
        }
    }

    @Test
    void aPositiveLingerTimeMayBeLongerThanTheDefault() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_LINGER, 40))) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.after(ofSeconds(39));
            s.app().expectsClosing();
            s.peer().drain();
            s.peer().sends(ack(1001, 2));
            s.app().expectsClosed();
        }
    }

    /** SO_LINGER 0: RFC 9293 3.10.5 instead of 3.10.4. */
    @Test
    void aLingerTimeOfZeroAborts() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_LINGER, 0))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.app().closes();
            s.peer().expects(rst(6).acks(1001));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    /** A close of what is delivered already waits for the FIN of ours only. */
    @Test
    void closeInFinWait2CompletesAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.app().closes();
            s.app().expectsClosed();
            s.expectsState(FIN_WAIT_2);
        }
    }

    /** A reset during the wait ends it; the application has closed already and is told nothing more. */
    @Test
    void aResetDuringTheWaitEndsIt() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.app().closes();
            s.peer().expects(data(1, "hello"), fin(6).acks(1001));
            s.app().expectsClosing();
            s.peer().sends(rst(1001));
            s.app().expectsClosed();
            s.app().expectsNoInputEnd();
            s.expectsState(CLOSED);
            s.peer().expectsNothingFor(ofMinutes(2));
        }
    }

    /** A delivered() that still waits is told of what close() could deliver. */
    @Test
    void deliveredHoldsDuringTheWait() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            Future<Void> delivered = s.app().channel().delivered();
            s.app().closes();
            s.peer().expects(fin(6).acks(1001));
            assertFalse(delivered.isDone());
            s.peer().sends(ack(1001, 6));
            assertTrue(delivered.isSuccess());
            s.app().expectsClosing();
            s.peer().sends(ack(1001, 7));
            s.app().expectsClosed();
        }
    }

    /** Past the linger time nobody knows whether it was delivered. */
    @Test
    void deliveredFailsWhenTheWaitIsOver() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            Future<Void> delivered = s.app().channel().delivered();
            s.app().closes();
            s.peer().expects(fin(6).acks(1001));
            s.after(ofSeconds(10));
            s.peer().drain();
            assertInstanceOf(ClosedChannelException.class, delivered.cause());
            s.app().expectsClosed();
        }
    }

    /** RFC 9293 3.10.4, SYN-SENT: "delete the TCB": no segment, and the connect has failed. */
    @Test
    void closeInSynSentEndsTheConnect() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.app().closes();
            s.app().expectsFailure(ClosedChannelException.class, "null");
            s.app().expectsClosed();
            s.expectsStates(SYN_SENT, CLOSED);
            s.peer().expectsNothingFor(ofMinutes(3));
        }
    }

    /** RFC 9293 3.10.4, SYN-RECEIVED: the FIN is queued until ESTABLISHED, then FIN-WAIT-1. */
    @Test
    void closeInSynReceivedOfASimultaneousOpenSendsFinOnceTheSynIsAcknowledged() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.expectsState(SYN_RECEIVED);
            s.app().closes();
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1));
            s.peer().expects(fin(1).acks(1001));
            s.expectsState(FIN_WAIT_1);
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
            s.app().expectsFailure(ClosedChannelException.class, "null");
            s.app().expectsClosed();
        }
    }

    /** As with every channel of Netty: a write that the send buffer has not taken fails, what it has taken is sent. */
    @Test
    void closeSendsWhatTheSendBufferHasAndFailsTheRest() {
        try (Script s = Script.establishedServer(with(ChannelOption.SO_SNDBUF, 2000), peerMss(1000), peerWin(1000))) {
            s.app().writes(1500);
            s.peer().expects(data(1, 1000).flags(ACK));
            s.app().expectsWritten();
            s.app().writes(5000);
            s.app().closes();
            s.peer().sends(ack(1001, 1001).win(5000));
            s.peer().expects(data(1001, 1000).and(FIN));
            s.app().expectsClosing();
            s.peer().sends(ack(1001, 2002));
            s.app().expectsClosed();
            s.app().expectsWriteFailure(ClosedChannelException.class);
        }
    }
}
