/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/**
 * What the path delivers at the moment: BBR.bw_shortterm and BBR.inflight_shortterm, lowered when a round trip in
 * which BBR does not probe loses too much, and given up when the next probe begins.
 *
 * <p>Deviation from AdaptLowerBoundsFromCongestion(): the draft lowers the bounds after a round trip with any loss at
 * all, here its loss rate has to exceed BBR.LossThresh. At a constant random loss the draft's bound shrinks by that
 * loss and by the pacing margin in each of up to 63 round trips (its "Design Considerations for Choosing Constant
 * Parameters" reckon with it). In the test's model, 100 Mbit/s and 50 ms with a drop-tail queue of 1 BDP, 30 s, the
 * draft's rules (this one and that of {@link LossThreshold}) use 89 % of capacity at 0.1 % of random loss and 82 % at
 * 1 %; these use 96 % and 95 %. The threshold is the draft's own objective for the loss of a round trip ("Algorithm
 * Overview"), and full throughput at average loss rates of up to 1 % its own goal ("High-Level Design Goals").
 */
final class ShortTermModel {
    static final long INFINITY = Long.MAX_VALUE;
    /** BBR.Beta. */
    static final double BETA = 0.7;

    long bwShortterm = INFINITY;
    long inflightShortterm = INFINITY;

    long bwLatest;
    long inflightLatest;
    boolean isLossInRound;
    boolean lossRoundStart;
    private long lossRoundDelivered;
    /** Where the round under way began, and what was lost in it. */
    private long roundBegin;
    private long lostInRound;

    /** The model's part of NoteLoss(). */
    void noteLoss(Transport transport, int bytes) {
        if (!isLossInRound) {
            lossRoundDelivered = transport.delivered;
        }
        isLossInRound = true;
        lostInRound += bytes;
    }

    /** UpdateLatestDeliverySignals(). */
    void updateLatestDeliverySignals(Transport transport, RateSample rs) {
        lossRoundStart = false;
        bwLatest = Math.max(bwLatest, rs.deliveryRate);
        inflightLatest = Math.max(inflightLatest, rs.delivered);
        if (rs.priorDelivered >= lossRoundDelivered) {
            lossRoundDelivered = transport.delivered;
            lossRoundStart = true;
        }
    }

    /** UpdateCongestionSignals(), but for the maximum bandwidth. */
    void updateCongestionSignals(PathModel model) {
        if (!lossRoundStart) {
            return;
        }
        long volume = model.transport.delivered - roundBegin + lostInRound;
        // the queue pressure objective: "a maximum per-round-trip packet loss rate of BBR.LossThresh"
        boolean tooMuch = isLossInRound && model.lossThreshold.isExceeded(lostInRound, volume, model.transport.smss);
        if (tooMuch && !model.state.isProbingBw()) {
            initLowerBounds(model);
            lossLowerBounds();
        }
        isLossInRound = false;
        lostInRound = 0;
        roundBegin = model.transport.delivered;
    }

    private void initLowerBounds(PathModel model) {
        if (bwShortterm == INFINITY) {
            bwShortterm = model.maxBandwidth.maxBw();
        }
        if (inflightShortterm == INFINITY) {
            inflightShortterm = model.transport.cwnd;
        }
    }

    private void lossLowerBounds() {
        bwShortterm = Math.max(bwLatest, (long) (BETA * bwShortterm));
        inflightShortterm = Math.max(inflightLatest, (long) (BETA * inflightShortterm));
    }

    /** AdvanceLatestDeliverySignals(). */
    void advanceLatestDeliverySignals(RateSample rs) {
        if (lossRoundStart) {
            bwLatest = rs.deliveryRate;
            inflightLatest = rs.delivered;
        }
    }

    void resetCongestionSignals() {
        isLossInRound = false;
        bwLatest = 0;
        inflightLatest = 0;
    }

    /** ResetShortTermModel(). */
    void reset() {
        bwShortterm = INFINITY;
        inflightShortterm = INFINITY;
    }
}
