/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** BBR.LossThresh. */
final class LossThresholdTest {
    private static final int SMSS = 1000;

    private final LossThreshold threshold = new LossThreshold(0.02);

    private boolean exceeded(int lost, int ofSegments) {
        return threshold.isExceeded((long) lost * SMSS, (long) ofSegments * SMSS, SMSS);
    }

    @Test
    void oneLossProvesSomethingInASmallFlightOnly() {
        assertTrue(exceeded(1, 19));
        assertFalse(exceeded(1, 20));
        assertFalse(exceeded(1, 43));
        assertTrue(exceeded(2, 43));
    }

    @Test
    void theMarginFadesWithTheFlight() {
        assertFalse(exceeded(11, 432));
        assertTrue(exceeded(12, 432));
        assertFalse(exceeded(378, 18_000));
        assertTrue(exceeded(379, 18_000));
    }

    @Test
    void nothingLostIsNeverTooMuch() {
        assertFalse(exceeded(0, 0));
        assertFalse(exceeded(0, 100));
    }

    // InflightAtLoss(): lost_prefix = (LossThresh * inflight_prev - lost_prev) / (1 - LossThresh)
    @Test
    void findsTheVolumeAtWhichLossesCrossedTheThreshold() {
        RateSample rs = new RateSample();
        // an offload burst of 50 segments, all lost, behind 149 of which 1 was lost: (2.98 - 1) / 0.98 more were safe
        rs.readLost(199 * SMSS, 51 * SMSS, false);
        assertEquals(149 * SMSS + 2020, threshold.inflightAtLoss(rs, 50 * SMSS));
    }
}
