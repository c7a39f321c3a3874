/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** Whether sending faster has ceased to deliver more: three round trips without a quarter of growth. */
final class FullBandwidthEstimator {
    private static final double GROWTH = 1.25;
    private static final int ROUNDS = 3;

    /** Whether the full bandwidth was ever reached. */
    boolean fullBwReached;
    /** Whether it was reached since the latest {@link #reset}. */
    boolean fullBwNow;
    long fullBw;
    int fullBwCount;

    /**
     * ResetFullBW().
     *
     * @param baseline the rate from which growth is measured
     */
    void reset(long baseline) {
        fullBw = baseline;
        fullBwCount = 0;
        fullBwNow = false;
    }

    /** CheckFullBWReached(). */
    void check(RoundCounter round, RateSample rs) {
        if (fullBwNow || !round.roundStart || rs.isAppLimited) {
            return;
        }
        if (rs.deliveryRate >= fullBw * GROWTH) {
            reset(rs.deliveryRate);
            return;
        }
        fullBwCount++;
        if (fullBwCount >= ROUNDS) {
            reached();
        }
    }

    void reached() {
        fullBwNow = true;
        fullBwReached = true;
    }
}
