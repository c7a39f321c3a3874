/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** "BBR.max_bw Max Filter". */
final class MaxBandwidthFilterTest {
    private final MaxBandwidthFilter filter = new MaxBandwidthFilter();
    private final RateSample rs = new RateSample();

    private void sample(long rate, boolean appLimited) {
        rs.deliveryRate = rate;
        rs.isAppLimited = appLimited;
        filter.update(rs);
    }

    @Test
    void remembersThisCycleAndTheOneBefore() {
        sample(300, false);
        filter.advance();
        sample(200, false);
        assertEquals(300, filter.maxBw());
        filter.advance();
        assertEquals(200, filter.maxBw());
    }

    @Test
    void forgetsNothingInACycleWithoutSamples() {
        sample(300, false);
        filter.advance();
        filter.advance();
        filter.advance();
        assertEquals(300, filter.maxBw());
    }

    // "BBR.max_bw and Application-limited Delivery Rate Samples"
    @Test
    void anApplicationLimitedRateCountsOnlyIfItIsHigher() {
        sample(300, false);
        filter.advance();
        sample(100, true);
        filter.advance();
        assertEquals(300, filter.maxBw());
        sample(400, true);
        assertEquals(400, filter.maxBw());
    }
}
