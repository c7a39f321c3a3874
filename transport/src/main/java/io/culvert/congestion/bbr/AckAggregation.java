/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** BBR.extra_acked: how much more than bw says acknowledgments have lately brought at once. */
final class AckAggregation {
    /** BBR.ExtraAckedFilterLen. */
    private static final int EXTRA_ACKED_FILTER_LEN = 10;

    long extraAcked;
    private long extraAckedIntervalStart;
    private long extraAckedDelivered;
    private final RoundMaxFilter extraAckedFilter = new RoundMaxFilter(EXTRA_ACKED_FILTER_LEN);

    void startInterval(long nowNanos) {
        extraAckedIntervalStart = nowNanos;
    }

    /** UpdateACKAggregation(). */
    void update(long nowNanos, PathModel model) {
        long expectedDelivered = PathModel.volume(model.bw, nowNanos - extraAckedIntervalStart);
        if (extraAckedDelivered <= expectedDelivered) {
            extraAckedDelivered = 0;
            extraAckedIntervalStart = nowNanos;
            expectedDelivered = 0;
        }
        extraAckedDelivered += model.sample.newlyAcked;
        long extra = Math.min(extraAckedDelivered - expectedDelivered, model.transport.cwnd);
        // "windowed maximum over 1 round trip during STARTUP and 10 round trips after exiting STARTUP"
        int filterLen = model.fullBandwidth.fullBwReached ? EXTRA_ACKED_FILTER_LEN : 1;
        extraAcked = extraAckedFilter.update(extra, model.round.roundCount, filterLen);
    }
}
