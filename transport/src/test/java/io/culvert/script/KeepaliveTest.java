/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.TCP_KEEPCNT;
import static io.culvert.CulvertChannelOption.TCP_KEEPIDLE;
import static io.culvert.CulvertChannelOption.TCP_KEEPINTVL;
import static io.culvert.CulvertChannelOption.TCP_USER_TIMEOUT;
import static io.culvert.script.Setting.onServer;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static io.netty.channel.ChannelOption.SO_KEEPALIVE;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertTimeoutException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keepalive: RFC 9293 3.8.4, with the settings of Linux. */
final class KeepaliveTest {
    private static final Duration IDLE = ofSeconds(60);
    private static final Duration INTERVAL = ofSeconds(10);
    private static final int COUNT = 3;

    /** Probes after a minute, every ten seconds, three times. */
    private static final Setting KEEPALIVE = setup -> {
        with(SO_KEEPALIVE, true).applyTo(setup);
        with(TCP_KEEPIDLE, (int) IDLE.toSeconds()).applyTo(setup);
        with(TCP_KEEPINTVL, (int) INTERVAL.toSeconds()).applyTo(setup);
        with(TCP_KEEPCNT, COUNT).applyTo(setup);
    };

    /** The probes that nobody answers, from the end of the idle time on, and what follows. */
    private static void expectsUnansweredProbes(Script s, long seq, long ack) {
        for (int i = 1; i < COUNT; i++) {
            s.peer().expectsAfter(INTERVAL, ack(seq, ack));
        }
        s.peer().expectsAfter(INTERVAL, rst(seq + 1).acks(ack));
        s.app().expectsFailure(CulvertTimeoutException.class, "/10.0.0.1:40000 has not answered 3 keepalive probes");
        s.app().expectsClosed();
        s.expectsState(CLOSED);
        s.peer().expectsNothingFor(ofDays(1));
    }

    // RFC 9293 3.8.4: keep-alives must default to off
    @Test
    void isOffUnlessAskedFor() {
        try (Script s = Script.establishedServer()) {
            s.peer().expectsNothingFor(ofDays(30));
            s.app().expectsOpen();
        }
    }

    @Test
    void anIdleSessionWithoutKeepaliveHasNoTimer() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().sends(data(1001, "world"));
            s.app().expectsRead("world");
            s.peer().expectsWithin(ofMillis(40), ack(6, 1006));
            s.world().runUntilQuiet(ofSeconds(2));
            s.app().expectsOpen();
            s.expectsState(ESTABLISHED);
        }
    }

    // RFC 9293 3.8.4: the interval must default to no less than two hours
    @Test
    void probesAfterTwoHoursNineTimesEvery75SecondsUnlessSet() {
        try (Script s = Script.establishedServer(with(SO_KEEPALIVE, true))) {
            s.peer().expectsAfter(ofHours(2), ack(0, 1001));
            for (int i = 1; i < 9; i++) {
                s.peer().expectsAfter(ofSeconds(75), ack(0, 1001));
            }
            s.peer().expectsAfter(ofSeconds(75), rst(1).acks(1001));
            s.app().expectsFailure(CulvertTimeoutException.class, "has not answered 9 keepalive probes");
            s.app().expectsClosed();
        }
    }

    @Test
    void givesUpWhenSoManyProbesStayUnanswered() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            expectsUnansweredProbes(s, 0, 1001);
        }
    }

    @Test
    void aClientKeepsItsSessionAliveAsWell() {
        try (Script s = Script.establishedClient(KEEPALIVE, peerTimestamps())) {
            s.peer().expectsAfter(IDLE, ack(0, 1001).timestamps());
            expectsUnansweredProbes(s, 0, 1001);
        }
    }

    // RFC 9293 3.8.4: SEG.SEQ = SND.NXT - 1 and no data
    @Test
    void theProbeIsAnEmptySegmentLeftOfTheWindow() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().sends(data(1001, "world"));
            s.app().expectsRead("world");
            s.peer().expectsWithin(ofMillis(40), ack(6, 1006));
            s.peer().expectsWithin(IDLE, ack(5, 1006));
            s.peer().sends(ack(1006, 6));
            s.app().expectsOpen();
        }
    }

    @Test
    void anAnswerKeepsTheSession() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            for (int i = 0; i < 20; i++) {
                s.peer().expectsAfter(IDLE, ack(0, 1001));
                s.after(ofMillis(100));
                s.peer().sends(ack(1001, 1));
            }
            s.app().expectsOpen();
        }
    }

    // RFC 9293 3.8.4: failure to respond to a specific probe is no dead connection
    @Test
    void anAnswerToTheLastProbeIsEnough() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, ack(0, 1001));
            s.after(INTERVAL.minusNanos(1));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            expectsUnansweredProbes(s, 0, 1001);
        }
    }

    @Test
    void aSegmentOfThePeerStartsTheIdleTimeAgain() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.after(ofSeconds(59));
            s.peer().sends(ack(1001, 1));
            s.after(ofSeconds(59));
            s.peer().sends(data(1001, "hello"));
            s.app().expectsRead("hello");
            s.peer().expectsWithin(ofMillis(40), ack(1, 1006));
            s.after(ofSeconds(50));
            // its own probe too: both sides may keep the session alive, and one of them is enough
            s.peer().sends(ack(1005, 1));
            s.peer().expects(ack(1, 1006));
            s.peer().expectsAfter(IDLE, ack(0, 1006));
            s.peer().sends(ack(1006, 1));
        }
    }

    // RFC 5961: what anybody can send proves nothing
    @Test
    void aSegmentFarOutsideTheWindowIsNoSignOfLife() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.after(ofSeconds(50));
            s.peer().sends(ack(1_000_000_000, 1));
            s.peer().expects(ack(1, 1001));
            s.peer().expectsAfter(ofSeconds(10), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
        }
    }

    // RFC 9293 3.8.4: only while no sent data is outstanding
    @Test
    void whileDataIsInFlightTheRetransmissionTimerGoverns() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.after(ofSeconds(59));
            s.app().writes("hello");
            s.after(ofSeconds(400));
            assertTrue(s.peer().drain().stream().allMatch(got -> got.seq() == 1 && got.end() == 6), "no probe");
            s.app().expectsOpen();
            s.peer().sends(ack(1001, 6));
            s.peer().expectsAfter(IDLE, ack(5, 1001));
            expectsUnansweredProbes(s, 5, 1001);
        }
    }

    @Test
    void whileTheWindowIsClosedThePersistTimerGoverns() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.peer().sends(ack(1001, 1).win(0));
            s.app().writes("hello");
            Duration wait = s.rto();
            for (int i = 0; i < 15; i++) {
                s.peer().expectsAfter(wait, ack(0, 1001));
                wait = wait.multipliedBy(2).compareTo(ofSeconds(60)) < 0 ? wait.multipliedBy(2) : ofSeconds(60);
            }
            s.app().expectsOpen();
            s.peer().sends(ack(1001, 1).win(0));
            s.app().expectsOpen();
        }
    }

    // RFC 9293 3.8.4: the application must be able to turn them on and off for each connection
    @Test
    void canBeSwitchedOnLater() {
        try (Script s = Script.establishedServer(with(TCP_KEEPIDLE, 60))) {
            s.after(ofDays(1));
            s.app().channel().config().setKeepAlive(true);
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.peer().sends(ack(1001, 1));
        }
    }

    @Test
    void canBeSwitchedOffWhileItProbes() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.app().channel().config().setKeepAlive(false);
            s.world().runUntilQuiet(INTERVAL);
            s.peer().expectsNothingFor(ofDays(1));
            s.app().expectsOpen();
            // and what it had counted is forgotten
            s.app().channel().config().setKeepAlive(true);
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            expectsUnansweredProbes(s, 0, 1001);
        }
    }

    @Test
    void switchingOnWhatIsOnChangesNothing() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.after(ofSeconds(50));
            s.app().channel().config().setKeepAlive(true);
            s.peer().expectsAfter(ofSeconds(10), ack(0, 1001));
            s.after(ofSeconds(5));
            s.app().channel().config().setKeepAlive(true);
            s.peer().expectsAfter(ofSeconds(5), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
        }
    }

    @Test
    void theIdleTimeCanBeSetWhileItRuns() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.after(ofSeconds(30));
            s.app().channel().config().setOption(TCP_KEEPIDLE, 40);
            s.peer().expectsAfter(ofSeconds(10), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.after(ofSeconds(30));
            s.app().channel().config().setOption(TCP_KEEPIDLE, 20);
            s.peer().expectsAfter(ofMillis(0), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.after(ofSeconds(10));
            s.app().channel().config().setOption(TCP_KEEPIDLE, 100);
            s.peer().expectsAfter(ofSeconds(90), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
        }
    }

    @Test
    void anAnswerEndsALongInterval() {
        try (Script s = Script.establishedServer(KEEPALIVE, with(TCP_KEEPINTVL, 3600))) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.after(ofSeconds(1));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.peer().sends(ack(1001, 1));
        }
    }

    @Test
    void aHalfClosedSessionIsKeptAliveToo() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.expectsState(FIN_WAIT_2);
            // the number of the FIN is SND.NXT - 1
            s.peer().expectsAfter(IDLE, ack(1, 1001));
            expectsUnansweredProbes(s, 1, 1001);
        }
    }

    @Test
    void aSessionThatThePeerHasHalfClosedIsKeptAliveToo() {
        try (Script s = Script.establishedServer(KEEPALIVE)) {
            s.peer().sends(fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.app().expectsInputEnd();
            s.expectsState(CLOSE_WAIT);
            s.peer().expectsAfter(IDLE, ack(0, 1002));
            expectsUnansweredProbes(s, 0, 1002);
        }
    }

    /** FIN-WAIT-2 of a closed channel has a limit of its own. */
    @Test
    void aClosedChannelIsNotProbed() {
        try (Script s = Script.establishedServer(KEEPALIVE, with(TCP_KEEPIDLE, 10))) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.app().expectsClosed();
            s.peer().expectsNothingFor(ofSeconds(60));
            s.expectsState(CLOSED);
        }
    }

    // as in Linux: looked at when a probe would be due, and not before there was one
    @Test
    void aUserTimeoutTakesThePlaceOfTheCount() {
        try (Script s = Script.establishedServer(KEEPALIVE, with(TCP_USER_TIMEOUT, 95_000))) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, rst(1).acks(1001));
            s.app().expectsFailure(CulvertTimeoutException.class, "has not answered 4 keepalive probes");
        }
    }

    @Test
    void aUserTimeoutShorterThanTheIdleTimeLeavesOneProbe() {
        try (Script s = Script.establishedServer(KEEPALIVE, with(TCP_USER_TIMEOUT, 1000))) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.peer().expectsAfter(INTERVAL, rst(1).acks(1001));
            s.app().expectsFailure(CulvertTimeoutException.class, "has not answered 1 keepalive probe");
        }
    }

    @Test
    void acceptedSessionsStartWithTheServersSetting() {
        try (Script s = Script.establishedServer(onServer(SO_KEEPALIVE, true), onServer(TCP_KEEPIDLE, 60))) {
            s.peer().expectsAfter(IDLE, ack(0, 1001));
            s.peer().sends(ack(1001, 1));
        }
    }

    // ---- as the one who is asked

    // RFC 9293 3.8.4 and 3.10.7.4: a probe is not acceptable, and owed an acknowledgment
    @Test
    void answersAProbeWithoutData() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1000, 1));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
        }
    }

    // RFC 9293 3.8.4: a probe may have one garbage octet, for the sake of old implementations
    @Test
    void answersAProbeWithOneByteWhichNobodyReads() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1000, "x").acks(1));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(data(1001, "hello"));
            s.app().expectsRead("hello");
            s.peer().expectsWithin(ofMillis(40), ack(1, 1006));
            s.peer().sends(data(1005, "x").acks(1));
            s.peer().expects(ack(1, 1006));
            s.app().expectsNothingRead();
        }
    }

    @Test
    void answersProbesWhenBothHaveClosed() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.peer().sends(ack(1000, 2));
            s.peer().expects(ack(2, 1001));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.expectsState(TIME_WAIT);
            s.peer().sends(ack(1001, 2));
            s.peer().expects(ack(2, 1002));
        }
    }

    // RFC 5961 section 10: what strangers make up must not use up the answers that keep the session
    @Test
    void aFloodOfOtherSegmentsDoesNotKeepAProbeFromItsAnswer() {
        try (Script s = Script.establishedServer()) {
            Spec stranger = ack(1_000_000_000, 1);
            for (int i = 0; i < 10; i++) {
                s.peer().sends(IntStream.range(0, 11).mapToObj(n -> stranger).toArray(Spec[]::new));
            }
            s.peer().drain();
            s.peer().sends(stranger);
            s.peer().expectsNothing();
            s.peer().sends(ack(1000, 1));
            s.peer().expects(ack(1, 1001));
        }
    }
}
