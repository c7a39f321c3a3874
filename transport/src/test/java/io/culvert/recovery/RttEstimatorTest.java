/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 6298. */
final class RttEstimatorTest {
    private static final long MILLI = 1_000_000L;

    private long minRtoNanos = 200 * MILLI;
    private final RttEstimator rtt = new RttEstimator(() -> minRtoNanos);

    @Test
    void beginsWithOneSecond() {
        assertFalse(rtt.hasSample());
        assertEquals(1000 * MILLI, rtt.rtoNanos());
    }

    // RFC 6298 2.2
    @Test
    void firstSampleSetsBothVariables() {
        rtt.sample(100 * MILLI);
        assertEquals(100 * MILLI, rtt.smoothedNanos());
        assertEquals(50 * MILLI, rtt.variationNanos());
        assertEquals(300 * MILLI, rtt.rtoNanos());
    }

    // RFC 6298 2.3: RTTVAR first, with the old SRTT
    @Test
    void laterSamplesAreSmoothed() {
        rtt.sample(100 * MILLI);
        rtt.sample(180 * MILLI);
        assertEquals(57_500_000L, rtt.variationNanos());
        assertEquals(110 * MILLI, rtt.smoothedNanos());
        assertEquals(340 * MILLI, rtt.rtoNanos());
    }

    @Test
    void aSteadyPathHasTheLowerBoundAboveItsRoundTrip() {
        for (int i = 0; i < 200; i++) {
            rtt.sample(100 * MILLI);
        }
        assertEquals(100 * MILLI, rtt.smoothedNanos());
        assertEquals(300, rtt.rtoNanos() / MILLI);
        minRtoNanos = 20 * MILLI;
        assertEquals(120, rtt.rtoNanos() / MILLI);
    }

    @Test
    void doublesUpTo60Seconds() {
        rtt.sample(100 * MILLI);
        for (int i = 1; i <= 7; i++) {
            rtt.backOff();
            assertEquals(300 * MILLI << i, rtt.rtoNanos());
        }
        for (int i = 0; i < 100; i++) {
            rtt.backOff();
            assertEquals(60_000 * MILLI, rtt.rtoNanos());
        }
    }

    @Test
    void aHugeRoundTripIsBoundedToo() {
        rtt.sample(100_000 * MILLI);
        assertEquals(60_000 * MILLI, rtt.rtoNanos());
    }

    @Test
    void aSampleEndsTheBackoff() {
        rtt.sample(100 * MILLI);
        rtt.backOff();
        assertEquals(1, rtt.backoffs());
        rtt.sample(100 * MILLI);
        assertEquals(0, rtt.backoffs());
        assertTrue(rtt.rtoNanos() <= 300 * MILLI);
    }

    // RFC 6298 5.7
    @Test
    void waitsThreeSecondsAfterALostSynWithoutSample() {
        rtt.backOff();
        rtt.synWasRetransmitted();
        assertEquals(3000 * MILLI, rtt.rtoNanos());
        rtt.sample(100 * MILLI);
        assertEquals(300 * MILLI, rtt.rtoNanos());
    }

    @Test
    void aSampleSparesTheThreeSeconds() {
        rtt.sample(100 * MILLI);
        rtt.synWasRetransmitted();
        assertEquals(300 * MILLI, rtt.rtoNanos());
    }

    @Test
    void remembersLatestAndSmallest() {
        rtt.sample(30 * MILLI);
        rtt.sample(10 * MILLI);
        rtt.sample(20 * MILLI);
        assertEquals(20 * MILLI, rtt.latestNanos());
        assertEquals(10 * MILLI, rtt.minNanos());
    }

    @Test
    void aRoundTripOfNothingIsASampleToo() {
        rtt.sample(0);
        assertTrue(rtt.hasSample());
        assertEquals(200, rtt.rtoNanos() / MILLI);
    }
}
