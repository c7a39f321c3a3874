/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** The draft's {@code BBR.*}: the estimators that make the model of the path, what follows from them, and the state. */
final class PathModel {
    private static final double NANOS_PER_SECOND = 1e9;

    final Transport transport;
    final LossThreshold lossThreshold;
    final RateSample sample = new RateSample();
    final RoundCounter round = new RoundCounter();
    final MaxBandwidthFilter maxBandwidth = new MaxBandwidthFilter();
    final MinRttFilter minRtt = new MinRttFilter();
    final AckAggregation aggregation = new AckAggregation();
    final FullBandwidthEstimator fullBandwidth = new FullBandwidthEstimator();
    final ShortTermModel shortTerm = new ShortTermModel();
    final LongTermModel longTerm = new LongTermModel();

    BbrState state = BbrState.STARTUP;
    /** BBR.bw: the maximum bandwidth within the short-term bound. */
    long bw;

    PathModel(Transport transport, LossThreshold lossThreshold) {
        this.transport = transport;
        this.lossThreshold = lossThreshold;
    }

    /** What a bandwidth carries in a time. */
    static long volume(long bytesPerSecond, long nanos) {
        return (long) (bytesPerSecond * (nanos / NANOS_PER_SECOND));
    }

    /** BoundBWForModel(). */
    void boundBw() {
        bw = Math.min(maxBandwidth.maxBw(), shortTerm.bwShortterm);
    }

    /** BDPMultiple(). */
    long bdpMultiple(long bandwidth, double gain) {
        if (minRtt.minRtt == MinRttFilter.INFINITY) {
            return transport.initialCwnd;
        }
        return (long) (gain * volume(bandwidth, minRtt.minRtt));
    }

    /** Inflight(): the volume in flight that a gain calls for. */
    long inflight(long bandwidth, double gain) {
        return quantizationBudget(bdpMultiple(bandwidth, gain));
    }

    /** BBR.max_inflight, as UpdateMaxInflight() reckons it. */
    long maxInflight() {
        return quantizationBudget(bdpMultiple(bw, state.cwndGain) + aggregation.extraAcked);
    }

    /**
     * QuantizationBudget(). The offload budget is one quantum, as for QUIC "in the simplest case": like QUIC's packets,
     * segments leave user space by one system call, and no engine holds two more quanta on the way.
     */
    private long quantizationBudget(long inflightCap) {
        long budget = Math.max(Math.max(inflightCap, transport.sendQuantum), transport.minPipeCwnd());
        return state == BbrState.PROBE_BW_UP ? budget + 2L * transport.smss : budget;
    }

    /** TargetInflight(): the estimated BDP, unless congestion has cut cwnd. */
    long targetInflight() {
        return Math.min(bdpMultiple(bw, 1), transport.cwnd);
    }

    /** IsInflightTooHigh() of the sample at hand. */
    boolean isInflightTooHigh() {
        return lossThreshold.isInflightTooHigh(sample, transport.smss);
    }

    long inflightWithHeadroom() {
        return longTerm.inflightWithHeadroom(transport);
    }
}
