/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** BBR.max_bw_filter: the largest delivery rate of this ProbeBW cycle and the one before (BBR.MaxBwFilterLen = 2). */
final class MaxBandwidthFilter {
    private long previousCycle;
    private long currentCycle;

    /** BBR.max_bw. */
    long maxBw() {
        return Math.max(previousCycle, currentCycle);
    }

    /** UpdateMaxBw(): a rate that the application limited counts only where it shows the estimate to be too low. */
    void update(RateSample rs) {
        if (rs.deliveryRate > 0 && (rs.deliveryRate >= maxBw() || !rs.isAppLimited)) {
            currentCycle = Math.max(currentCycle, rs.deliveryRate);
        }
    }

    /** AdvanceMaxBwFilter(). A cycle without a sample is no cycle: the filter never forgets the last it knows. */
    void advance() {
        if (currentCycle > 0) {
            previousCycle = currentCycle;
            currentCycle = 0;
        }
    }
}
