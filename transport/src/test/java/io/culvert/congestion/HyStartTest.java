/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9406 sections 4.2 and 4.3. */
final class HyStartTest {
    private static final int SEGMENT = 1000;

    private final HyStart hyStart = new HyStart();
    private long delivered;
    private long roundStart;

    @Test
    void slowStartGrowsByBytesAcknowledgedHoweverMany() {
        round(20, 10);
        // RFC 9406 4.3: L is infinite with pacing
        assertEquals(100 * SEGMENT, hyStart.increase(100 * SEGMENT));
    }

    @Test
    void steadyRoundTripLeavesSlowStartAlone() {
        for (int i = 0; i < 20; i++) {
            round(20, 10);
        }
        assertSlowStart();
    }

    // RFC 9406 4.2: RttThresh = max(4 ms, min(lastRoundMinRTT / 8, 16 ms))
    @ParameterizedTest
    @CsvSource({"1, 5", "32, 36", "80, 90", "128, 144", "400, 416"})
    void roundTripLongerByTheThresholdMakesSlowStartConservative(double before, double after) {
        round(before, 10);
        round(after - 0.001, 10);
        assertSlowStart();
        round(before, 10);
        round(after, 10);
        assertConservative();
    }

    @Test
    void conservativeSlowStartGrowsByAQuarter() {
        becomeConservative();
        assertEquals(250, hyStart.increase(1000));
        assertEquals(0.25, hyStart.increase(1));
    }

    // RFC 9406 4.2: N_RTT_SAMPLE
    @Test
    void sevenSamplesAreTooFew() {
        round(20, 10);
        round(40, 7);
        assertSlowStart();
        sample(40);
        assertConservative();
    }

    @Test
    void acknowledgmentsWithoutARoundTripAreNoSamples() {
        round(20, 10);
        round(40, 7);
        for (int i = 0; i < 10; i++) {
            acknowledge(SEGMENT, roundStart - 1, -1);
        }
        assertSlowStart();
        sample(40);
        assertConservative();
    }

    @Test
    void acknowledgmentOfManySegmentsIsOneSample() {
        round(20, 10);
        round(40, 1);
        for (int i = 0; i < 6; i++) {
            acknowledge(50 * SEGMENT, roundStart - 1, 40_000_000);
        }
        assertSlowStart();
        acknowledge(50 * SEGMENT, roundStart - 1, 40_000_000);
        assertConservative();
    }

    @Test
    void shortestRoundTripOfTheRoundDecides() {
        round(20, 10);
        newRound(20);
        for (int i = 0; i < 20; i++) {
            sample(60);
        }
        assertSlowStart();
    }

    @Test
    void firstRoundHasNothingToCompareWith() {
        for (int i = 0; i < 20; i++) {
            acknowledge(SEGMENT, -1, 20_000_000 + i * 10_000_000L);
        }
        assertSlowStart();
    }

    @Test
    void roundEndsWithTheFirstSegmentSentAfterItsStart() {
        round(20, 10);
        newRound(20);
        // all of them sent before the round began: the round trips grow, but in one round
        for (int i = 0; i < 100; i++) {
            sample(20 + i);
        }
        assertSlowStart();
        round(20, 10);
        assertSlowStart();
    }

    // RFC 9406 4.2: a round in which CSS begins counts
    @Test
    void conservativeSlowStartLastsFiveRounds() {
        becomeConservative();
        for (int i = 0; i < 4; i++) {
            round(40, 10);
            assertFalse(hyStart.isFinished());
        }
        newRound(40);
        assertTrue(hyStart.isFinished());
    }

    // RFC 9406 4.2: back below the baseline
    @Test
    void shorterRoundTripResumesSlowStart() {
        becomeConservative();
        round(40, 10);
        round(39.9, 7);
        assertConservative();
        sample(41);
        assertSlowStart();
    }

    @Test
    void resumedSlowStartEndsLikeTheFirst() {
        becomeConservative();
        round(40, 10);
        round(40, 10);
        round(20, 10);
        assertSlowStart();
        becomeConservative();
        for (int i = 0; i < 4; i++) {
            round(40, 10);
            assertFalse(hyStart.isFinished());
        }
        newRound(40);
        assertTrue(hyStart.isFinished());
    }

    private void becomeConservative() {
        round(20, 10);
        round(40, 10);
        assertConservative();
    }

    private void assertSlowStart() {
        assertEquals(1000, hyStart.increase(1000));
    }

    private void assertConservative() {
        assertEquals(250, hyStart.increase(1000));
    }

    private void round(double rttMillis, int samples) {
        newRound(rttMillis);
        for (int i = 1; i < samples; i++) {
            sample(rttMillis);
        }
    }

    /** The first segment sent after the round began is acknowledged. */
    private void newRound(double rttMillis) {
        acknowledge(SEGMENT, roundStart, nanos(rttMillis));
        roundStart = delivered;
    }

    /** One more segment of the round. */
    private void sample(double rttMillis) {
        acknowledge(SEGMENT, roundStart - 1, nanos(rttMillis));
    }

    private void acknowledge(long bytes, long priorDelivered, long rttNanos) {
        delivered += bytes;
        hyStart.onAcknowledged(TestSample.acked(bytes).deliveredBytes(delivered).priorDeliveredBytes(priorDelivered)
                .rttNanos(rttNanos));
    }

    private static long nanos(double millis) {
        return Math.round(millis * 1e6);
    }
}
