/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** UpdateMinRTT(), also where the clock's sign changes. */
final class MinRttFilterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - SECOND;

    private final MinRttFilter filter = new MinRttFilter();
    private final RateSample rs = new RateSample();

    MinRttFilterTest() {
        filter.start(START);
    }

    private void sample(long afterNanos, long rttNanos) {
        rs.rttNanos = rttNanos;
        filter.update(START + afterNanos, rs);
    }

    @Test
    void keepsTheLeastForTenSeconds() {
        sample(0, 50);
        sample(SECOND, 70);
        assertEquals(50, filter.minRtt);
        sample(6 * SECOND, 60);
        assertEquals(50, filter.minRtt);
        sample(10 * SECOND + 1, 80);
        assertEquals(60, filter.minRtt);
    }

    @Test
    void aRoundTripIsDueAfterFiveSecondsWithoutALesserOne() {
        sample(0, 50);
        sample(5 * SECOND, 50);
        assertFalse(filter.probeRttExpired);
        sample(5 * SECOND + 1, 50);
        assertTrue(filter.probeRttExpired);
        sample(5 * SECOND + 2, 50);
        assertFalse(filter.probeRttExpired);
    }

    @Test
    void anAcknowledgmentWithoutAMeasurementChangesNothing() {
        sample(0, 50);
        sample(6 * SECOND, -1);
        assertEquals(50, filter.minRtt);
    }
}
