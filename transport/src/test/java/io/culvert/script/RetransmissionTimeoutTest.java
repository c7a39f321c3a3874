/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.RTO_MIN_MILLIS;
import static io.culvert.CulvertChannelOption.TCP_RETRIES;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.state.ConnectionState.CLOSED;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.culvert.CulvertTimeoutException;
import io.culvert.SessionInfo;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The retransmission timer: RFC 6298, with Karn's rule and timestamps. */
final class RetransmissionTimeoutTest {
    // RFC 6298 2.1
    @Test
    void firstTimeoutIsOneSecond() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().expectsAt(ofSeconds(1), syn(0));
            s.peer().expectsAt(ofSeconds(2), syn(0));
        }
    }

    // RFC 6298 5.7
    @Test
    void firstDataAfterARetransmittedSynWaitsThreeSeconds() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().expectsAfter(ofSeconds(1), syn(0));
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().expectsAt(ofSeconds(3), data(1, "hello"));
            s.peer().expectsAt(ofSeconds(6), data(1, "hello"));
        }
    }

    @Test
    void firstDataAfterARetransmittedSynAckWaitsThreeSeconds() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsAfter(ofSeconds(1), synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().expectsAt(ofSeconds(3), data(1, "hello"));
        }
    }

    // RFC 6298 5.7: only when no sample exists, and a timestamp gives one
    @Test
    void anEchoSparesTheThreeSecondsAfterARetransmittedSyn() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().expectsAfter(ofSeconds(1), syn(0));
            s.after(ofMillis(100));
            s.peer().sends(synAck(1000, 1).mss(1460).timestamps());
            s.peer().expects(ack(1, 1001));
            assertEquals(ofMillis(100).toNanos(), s.info().smoothedRttNanos());
            assertEquals(ofMillis(300), s.rto());
        }
    }

    // RFC 6298 2.2 and 2.3
    @Test
    void followsTheRoundTrips() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.after(ofMillis(100));
            s.peer().sends(ack(1001, 1));
            assertEquals(ofMillis(100 + 4 * 50), s.rto());
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.after(ofMillis(292));
            s.peer().sends(ack(1001, 6));
            // RTTVAR = 3/4 * 50 + 1/4 * |100 - 292|, SRTT = 7/8 * 100 + 1/8 * 292
            assertEquals(Duration.ofNanos(85_500_000), Duration.ofNanos(s.info().rttVariationNanos()));
            assertEquals(ofMillis(124), Duration.ofNanos(s.info().smoothedRttNanos()));
            assertEquals(ofMillis(124 + 342), s.rto());
        }
    }

    // RFC 6298 2.4, with the lower bound of Linux
    @Test
    void minimumIs200Milliseconds() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            assertEquals(200, s.rto().toMillis());
            s.peer().expectsAt(s.rto(), data(1, "hello"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 1000})
    void minimumIsSettable(int millis) {
        try (Script s = Script.establishedServer(with(RTO_MIN_MILLIS, millis))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            assertEquals(millis, s.rto().toMillis());
            s.peer().expectsAt(s.rto(), data(1, "hello"));
        }
    }

    // RFC 6298 5.5 and 2.5; RFC 9293 3.8.3 (R2): 15 backoffs, then the application is told
    @Test
    void doublesUpTo60SecondsAndGivesUpAfter15Backoffs() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            Duration wait = s.rto();
            for (int i = 0; i < 15; i++) {
                s.peer().expectsAt(wait, data(1, "hello"));
                Duration doubled = wait.multipliedBy(2);
                wait = doubled.compareTo(ofSeconds(60)) > 0 ? ofSeconds(60) : doubled;
                assertEquals(wait, s.rto());
            }
            s.peer().expectsNothingFor(wait.minus(ofMillis(1)));
            s.app().expectsOpen();
            s.after(ofMillis(1));
            s.app().expectsFailure(CulvertTimeoutException.class, "");
            s.app().expectsClosed();
            s.expectsState(CLOSED);
            s.peer().drain();
        }
    }

    @Test
    void theNumberOfBackoffsIsSettable() {
        try (Script s = Script.establishedServer(with(TCP_RETRIES, 2))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().expectsWithin(ofSeconds(1), data(1, "hello"));
            s.peer().expectsWithin(ofSeconds(1), data(1, "hello"));
            s.after(ofSeconds(1));
            s.app().expectsFailure(CulvertTimeoutException.class, "");
            s.peer().drain();
        }
    }

    @Test
    void aNewAckBeginsTheCountOfBackoffsAnew() {
        try (Script s = Script.establishedServer(with(TCP_RETRIES, 2))) {
            for (int i = 0; i < 5; i++) {
                s.app().writes("a");
                s.peer().expects(data(1 + i, "a"));
                s.peer().expectsAt(s.rto(), data(1 + i, "a"));
                s.peer().expectsAt(s.rto(), data(1 + i, "a"));
                s.peer().sends(ack(1001, 2 + i));
            }
            s.app().expectsOpen();
        }
    }

    // RFC 6298 section 3: Karn's algorithm
    @Test
    void withoutTimestampsARetransmittedSegmentGivesNoSample() {
        try (Script s = Script.establishedServer()) {
            SessionInfo before = s.info();
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().expectsAt(s.rto(), data(1, "hello"));
            s.after(ofMillis(100));
            s.peer().sends(ack(1001, 6));
            assertEquals(before.smoothedRttNanos(), s.info().smoothedRttNanos());
        }
    }

    // RFC 6298 section 5, last paragraphs: the timeout stays backed off until a new measurement
    @Test
    void theTimeoutStaysBackedOffUntilTheNextSample() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("a");
            s.peer().expects(data(1, "a"));
            Duration first = s.rto();
            s.peer().expectsAt(first, data(1, "a"));
            s.peer().sends(ack(1001, 2));
            assertEquals(first.multipliedBy(2), s.rto());
            s.app().writes("b");
            s.peer().expects(data(2, "b"));
            s.peer().sends(ack(1001, 3));
            assertEquals(200, s.rto().toMillis());
        }
    }

    // RFC 6298 section 3 and RFC 7323 section 4: the echo tells which transmission was answered
    @Test
    void anEchoOfTheRetransmissionGivesASample() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().expectsAt(s.rto(), data(1, "hello"));
            s.after(ofMillis(80));
            s.peer().sends(ack(1001, 6));
            assertEquals(10, Duration.ofNanos(s.info().smoothedRttNanos()).toMillis());
        }
    }

    @Test
    void anEchoOfTheFirstTransmissionIsNoSampleOfTheRetransmission() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            int first = s.peer().lastTsVal();
            s.peer().expectsAt(s.rto(), data(1, "hello"));
            s.after(ofMillis(16));
            s.peer().sends(ack(1001, 6).timestamps(s.peer().clock(), first));
            long millis = Duration.ofNanos(s.info().smoothedRttNanos()).toMillis();
            assertNotEquals(2, millis, "measured from the retransmission");
        }
    }

    // RFC 6298 section 3: an ACK that a retransmission has caused says nothing of what lay behind the hole
    @Test
    void whatWaitedBehindAHoleGivesNoSample() {
        try (Script s = Script.establishedServer()) {
            SessionInfo before = s.info();
            s.app().writes(5840);
            s.peer().drain();
            s.after(ofMillis(50));
            s.peer().sends(ack(1001, 1), ack(1001, 1), ack(1001, 1));
            s.peer().expects(data(1, 1460).noPush());
            s.after(ofMillis(50));
            s.peer().sends(ack(1001, 5841));
            assertEquals(before.smoothedRttNanos(), s.info().smoothedRttNanos());
        }
    }

    // RFC 6298 5.3
    @Test
    void aNewAckRestartsTheTimer() {
        try (Script s = Script.establishedServer(with(RTO_MIN_MILLIS, 1000))) {
            s.app().writes(2920);
            s.peer().expects(data(1, 1460).noPush(), data(1461, 1460));
            s.after(ofMillis(900));
            s.peer().sends(ack(1001, 1461));
            s.peer().expectsAfter(s.rto(), data(1461, 1460));
        }
    }

    @Test
    void aDuplicateAckLeavesTheTimer() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.after(ofMillis(150));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsAt(s.rto(), data(1, "hello"));
        }
    }

    // RFC 6298 5.2
    @Test
    void theTimerIsOffWhenEverythingIsAcknowledged() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().sends(ack(1001, 6));
            s.peer().expectsNothingFor(ofSeconds(3600));
            s.app().expectsOpen();
        }
    }

    // RFC 6298 5.4: the earliest segment that is not acknowledged
    @Test
    void onlyTheEarliestSegmentGoesAgain() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(4380);
            s.peer().expects(data(1, 1460).noPush(), data(1461, 1460).noPush(), data(2921, 1460));
            s.peer().expectsAt(s.rto(), data(1, 1460).noPush());
            s.peer().expectsNothingFor(ofMillis(100));
        }
    }

    // RFC 6298 section 3: a segment acknowledged selectively has been round the path, too
    @Test
    void aSegmentAcknowledgedSelectivelyGivesASample() {
        try (Flight f = Flight.sack()) {
            f.sends(2, 0);
            f.after(180);
            f.hears(0, 1, 2);
            assertEquals(ofMillis(110), Duration.ofNanos(f.s.info().smoothedRttNanos()));
            f.drain();
        }
    }

    // RFC 6298 section 3, Karn: which of the two was it?
    @Test
    void aRetransmissionAcknowledgedSelectivelyGivesNoSample() {
        try (Flight f = Flight.sack()) {
            f.sends(3, 0);
            f.expectsAfter(ofMillis(200), 2);
            f.after(150);
            long before = f.s.info().smoothedRttNanos();
            f.hears(0, 2, 3);
            assertEquals(before, f.s.info().smoothedRttNanos());
            f.drain();
        }
    }

    // RFC 6298 section 3: what was acknowledged selectively was measured then, and not with the hole
    @Test
    void whatWasAcknowledgedSelectivelyIsNotMeasuredAgain() {
        try (Flight f = Flight.sack()) {
            f.sends(4, 0);
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            f.after(150);
            f.hears(4);
            assertEquals(ofMillis(100), Duration.ofNanos(f.s.info().smoothedRttNanos()));
        }
    }

    // RFC 6298 5.1 to 5.6 with both options: off when all is acknowledged, on with the next segment, doubled, and again
    // as it was with the next sample
    @Test
    void withSackAndTimestampsTheTimerRunsAsWithout() {
        try (Flight f = Flight.sackStamped()) {
            f.sends(1, 0);
            f.after(100);
            f.hears(1);
            f.peer.expectsNothingFor(ofSeconds(3600));
            f.writes(1);
            f.expects(1);
            Duration first = f.s.rto();
            // RFC 8985 7.3: the probe comes instead of the first timeout
            f.expectsAfter(first, 1);
            f.expectsAfter(first, 1);
            f.expectsAfter(first.multipliedBy(2), 1);
            f.expectsAfter(first.multipliedBy(4), 1);
            assertEquals(first.multipliedBy(8), f.s.rto());
            f.after(100);
            f.hears(2);
            assertEquals(first.toMillis(), f.s.rto().toMillis(), 30);
            f.peer.expectsNothingFor(ofSeconds(3600));
        }
    }

    // RFC 6298 5.3
    @Test
    void withSackANewAckRestartsTheTimer() {
        try (Flight f = Flight.sackStamped(with(RTO_MIN_MILLIS, 1000))) {
            f.sends(2, 0);
            f.expectsAfter(ofMillis(200), 1);
            f.after(500);
            f.peer.sends(Flight.acked(1).tsEcr(f.peer.lastTsVal() - 200));
            f.expectsAfter(f.s.rto(), 1);
        }
    }

    // RFC 2018 section 5: what the peer has is not sent again after a timeout
    @Test
    void whatWasAcknowledgedSelectivelyIsNotSentAgain() {
        try (Flight f = Flight.sack()) {
            f.sends(5, 0);
            f.after(100);
            f.hears(0, 2, 3, 4, 5);
            f.after(50);
            f.drain();
            f.peer.expectsWithin(ofSeconds(2), f.segment(0));
            assertEquals(1, f.s.info().retransmissionTimeouts());
            f.after(100);
            f.hears(1, 2, 3, 4, 5);
            f.expects(1, 3);
            f.after(100);
            f.hears(5);
            f.peer.expectsNothingFor(ofSeconds(10));
        }
    }
}
