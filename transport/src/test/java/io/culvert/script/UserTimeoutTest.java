/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.TCP_RETRIES;
import static io.culvert.CulvertChannelOption.TCP_SYNCNT;
import static io.culvert.CulvertChannelOption.TCP_USER_TIMEOUT;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.netty.channel.ChannelOption.CONNECT_TIMEOUT_MILLIS;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertTimeoutException;
import io.culvert.segment.SegmentFlags;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The user timeout: RFC 9293 3.8.3, RFC 5482, and TCP_USER_TIMEOUT of Linux. */
final class UserTimeoutTest {
    private static final Duration NANO = Duration.ofNanos(1);

    private static Setting userTimeout(Duration limit) {
        return with(TCP_USER_TIMEOUT, (int) limit.toMillis());
    }

    private static void sets(Script s, Duration limit) {
        s.app().channel().config().setOption(TCP_USER_TIMEOUT, (int) limit.toMillis());
    }

    /** The session ends exactly so long from now, with a reset at this number. */
    private static void expectsEndAfter(Script s, Duration wait, long seq) {
        s.after(wait.minus(NANO));
        s.app().expectsOpen();
        assertTrue(s.peer().drain().stream().noneMatch(got -> got.has(SegmentFlags.RST)), "no reset so far");
        s.peer().expectsAfter(NANO, rst(seq).acks(1001));
        s.app().expectsFailure(CulvertTimeoutException.class, "/10.0.0.1:40000 has taken no data for ");
        s.app().expectsClosed();
        s.expectsState(CLOSED);
        s.peer().expectsNothingFor(ofHours(1));
    }

    // RFC 5482 section 1: how long transmitted data may remain unacknowledged before the connection is closed
    @Test
    void dataThatStaysUnacknowledgedEndsTheSession() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.after(ofSeconds(100));
            s.app().writes("hello");
            expectsEndAfter(s, ofSeconds(3), 6);
        }
    }

    @Test
    void theErrorSaysWhichLimitItWas() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().writes("hello");
            Future<Void> delivered = s.app().channel().delivered();
            s.after(ofSeconds(3));
            s.app().expectsFailure(CulvertTimeoutException.class,
                    "Connection timed out: /10.0.0.1:40000 has taken no data for 3000 ms (TCP_USER_TIMEOUT)");
            assertInstanceOf(CulvertTimeoutException.class, delivered.cause());
            s.peer().drain();
        }
    }

    // the retransmission timer waits for a minute between its last expiries
    @Test
    void comesInTimeHoweverFarTheRetransmissionTimerIsBackedOff() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(333)))) {
            s.app().writes("hello");
            expectsEndAfter(s, ofSeconds(333), 6);
        }
    }

    @Test
    void takesThePlaceOfTheRetryCount() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(60)), with(TCP_RETRIES, 1))) {
            s.app().writes("hello");
            expectsEndAfter(s, ofSeconds(60), 6);
        }
        try (Script s = Script.establishedServer(userTimeout(ofHours(2)))) {
            s.app().writes("hello");
            expectsEndAfter(s, ofHours(2), 6);
        }
    }

    @Test
    void anAcknowledgmentOfNewDataStartsItAgain() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().writes("hello");
            s.app().writes("world");
            s.after(ofSeconds(2));
            s.peer().sends(ack(1001, 6));
            s.after(ofSeconds(2));
            s.peer().sends(ack(1001, 8));
            expectsEndAfter(s, ofSeconds(3), 11);
        }
    }

    @Test
    void anAnswerThatAcknowledgesNothingNewDoesNot() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().writes("hello");
            s.after(ofSeconds(2));
            s.peer().sends(ack(1001, 1));
            expectsEndAfter(s, ofSeconds(1), 6);
        }
    }

    @Test
    void dataWrittenLaterDoesNot() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().writes("hello");
            s.after(ofSeconds(2));
            s.app().writes("world");
            expectsEndAfter(s, ofSeconds(1), 11);
        }
    }

    @Test
    void everythingAcknowledgedEndsIt() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.after(ofMillis(100));
            s.peer().sends(ack(1001, 6));
            s.world().runUntilQuiet(ofSeconds(3));
            s.peer().expectsNothingFor(ofDays(1));
            s.app().expectsOpen();
            s.app().writes("world");
            expectsEndAfter(s, ofSeconds(3), 11);
        }
    }

    @Test
    void anIdleSessionIsNotLimited() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.peer().expectsNothingFor(ofDays(1));
            s.app().expectsOpen();
        }
    }

    // as in Linux, other than without a user timeout: RFC 9293 3.8.6.1 would let such a peer hold the session for ever
    @Test
    void dataUnsentBeforeAClosedWindowEndsTheSessionThoughThePeerAnswers() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.peer().sends(ack(1001, 1).win(0));
            s.app().writes("hello");
            for (int i = 0; i < 10; i++) {
                s.after(ofMillis(250));
                s.peer().sends(ack(1001, 1).win(0));
            }
            expectsEndAfter(s, ofMillis(500), 1);
        }
    }

    @Test
    void dataUnsentBeforeAClosedWindowEndsTheSessionOfASilentPeer() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(100)), with(TCP_RETRIES, 1))) {
            s.peer().sends(ack(1001, 1).win(0));
            s.app().writes("hello");
            expectsEndAfter(s, ofSeconds(100), 1);
        }
    }

    @Test
    void aWindowThatOpensStartsItAgain() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.peer().sends(ack(1001, 1).win(0));
            s.app().writes("hello");
            s.after(ofSeconds(2));
            s.peer().drain();
            s.peer().sends(ack(1001, 1).win(1000));
            s.peer().expects(data(1, "hello"));
            expectsEndAfter(s, ofSeconds(3), 6);
        }
    }

    @Test
    void aFinIsLimitedAsDataIs() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            expectsEndAfter(s, ofSeconds(3), 2);
        }
    }

    @Test
    void aClosedChannelIsLimitedToo() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().closes();
            s.after(ofSeconds(3).minus(NANO));
            s.expectsState(FIN_WAIT_1);
            s.peer().drain();
            s.peer().expectsAfter(NANO, rst(2).acks(1001));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void canBeSetWhileDataWaits() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.after(ofSeconds(2));
            sets(s, ofSeconds(5));
            expectsEndAfter(s, ofSeconds(3), 6);
        }
    }

    @Test
    void endsTheSessionAtOnceWhenItIsSetAndOver() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.after(ofSeconds(2));
            s.peer().drain();
            sets(s, ofSeconds(1));
            s.peer().expects(rst(6).acks(1001));
            s.app().expectsFailure(CulvertTimeoutException.class, "has taken no data for 1000 ms");
        }
    }

    @Test
    void canBeTakenBackWhileDataWaits() {
        try (Script s = Script.establishedServer(userTimeout(ofSeconds(3)))) {
            s.app().writes("hello");
            s.after(ofSeconds(2));
            sets(s, Duration.ZERO);
            s.after(ofSeconds(100));
            s.app().expectsOpen();
            s.peer().drain();
            s.peer().sends(ack(1001, 6));
            s.peer().expectsNothingFor(ofSeconds(100));
        }
    }

    // as Linux since 5.0: both limits hold for a connection request
    @Test
    void limitsAConnect() {
        try (Script s = Script.client(userTimeout(ofSeconds(5)), with(CONNECT_TIMEOUT_MILLIS, 0))) {
            s.peer().expects(syn(0));
            s.peer().expectsAt(ofSeconds(1), syn(0));
            s.peer().expectsAt(ofSeconds(2), syn(0));
            s.peer().expectsNothingFor(ofSeconds(2).minus(NANO));
            s.expectsStates(SYN_SENT);
            s.peer().expectsNothingFor(NANO);
            s.app().expectsFailure(ConnectTimeoutException.class,
                    "timed out: no answer from /10.0.0.1:40000 within 5000 ms (TCP_USER_TIMEOUT)");
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofSeconds(100));
        }
        try (Script s = Script.client(userTimeout(ofSeconds(5)), with(TCP_SYNCNT, 0),
                with(CONNECT_TIMEOUT_MILLIS, 0))) {
            s.peer().expects(syn(0));
            s.peer().expectsNothingFor(ofSeconds(1));
            s.app().expectsFailure(ConnectTimeoutException.class, "to 1 SYNs");
        }
    }

    @Test
    void doesNotLimitTheAnswerToAConnectionRequest() {
        try (Script s = Script.server(userTimeout(ofSeconds(1)))) {
            s.peer().sends(syn().mss(1460));
            s.after(ofSeconds(60));
            List<Received> answers = s.peer().drain();
            assertEquals(6, answers.size());
            s.expectsState(SYN_RECEIVED);
            s.peer().sends(ack(1001, 1));
            s.app().expectsConnected();
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").noTimestamps());
            expectsEndAfter(s, ofSeconds(1), 6);
        }
    }

    @Test
    void anOpenSessionOwesNothingToItsHandshake() {
        try (Script s = Script.client(userTimeout(ofSeconds(5)))) {
            s.peer().expects(syn(0));
            s.after(ofMillis(900));
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.app().writes("hello");
            expectsEndAfter(s, ofSeconds(5), 6);
        }
    }
}
