/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** CheckFullBWReached(). */
final class FullBandwidthEstimatorTest {
    private final FullBandwidthEstimator estimator = new FullBandwidthEstimator();
    private final RoundCounter round = new RoundCounter();
    private final RateSample rs = new RateSample();

    private void round(long rate) {
        round.roundStart = true;
        rs.deliveryRate = rate;
        estimator.check(round, rs);
    }

    @Test
    void threeRoundTripsWithoutAQuarterOfGrowthAreAPlateau() {
        round(100);
        round(125);
        assertEquals(125, estimator.fullBw);
        round(150);
        round(156);
        assertFalse(estimator.fullBwReached);
        round(130);
        assertTrue(estimator.fullBwReached);
        assertTrue(estimator.fullBwNow);
    }

    @Test
    void growthBeginsTheCountAnew() {
        round(100);
        round(110);
        round(110);
        round(125);
        round(125);
        round(125);
        assertFalse(estimator.fullBwReached);
    }

    @Test
    void applicationLimitedRoundTripsDoNotCount() {
        round(100);
        rs.isAppLimited = true;
        round(100);
        round(100);
        round(100);
        assertFalse(estimator.fullBwReached);
    }

    @Test
    void onlyTheFirstSampleOfARoundTripCounts() {
        round(100);
        round.roundStart = false;
        rs.deliveryRate = 10;
        for (int i = 0; i < 5; i++) {
            estimator.check(round, rs);
        }
        assertEquals(0, estimator.fullBwCount);
    }

    @Test
    void aNewSearchForgetsThePlateauButNotThatThereWasOne() {
        round(100);
        round(100);
        round(100);
        round(100);
        estimator.reset(100);
        assertFalse(estimator.fullBwNow);
        assertTrue(estimator.fullBwReached);
    }
}
