/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/** Smoothed round-trip time and retransmission timeout of RFC 6298, in nanoseconds. */
public final class RttEstimator {
    /** RFC 6298 2.1: the RTO before the first sample. */
    public static final long INITIAL_RTO_NANOS = 1_000_000_000L;
    /** RFC 6298 2.5: an upper bound of at least 60 seconds. */
    public static final long MAX_RTO_NANOS = 60_000_000_000L;
    /** RFC 6298 5.7: the RTO for data when the SYN had to be retransmitted and no sample exists. */
    public static final long AFTER_SYN_LOSS_RTO_NANOS = 3_000_000_000L;

    private RtoBound bound;
    private long srttNanos;
    private long rttvarNanos;
    private long latestNanos;
    private long minNanos = Long.MAX_VALUE;
    private long unmeasuredRtoNanos = INITIAL_RTO_NANOS;
    private int backoffs;

    /**
     * An estimator without samples.
     *
     * @param bound the lower bound of the RTO
     */
    public RttEstimator(RtoBound bound) {
        this.bound = bound;
    }

    /** Sets the lower bound of the RTO. */
    public void bound(RtoBound other) {
        bound = other;
    }

    /** Takes a sample, which must not come from an ambiguous retransmission (Karn's algorithm). */
    public void sample(long rttNanos) {
        latestNanos = Math.max(1, rttNanos);
        minNanos = Math.min(minNanos, latestNanos);
        if (srttNanos == 0) {
            // RFC 6298 2.2
            srttNanos = latestNanos;
            rttvarNanos = latestNanos / 2;
        } else {
            // RFC 6298 2.3, alpha = 1/8, beta = 1/4
            rttvarNanos += (Math.abs(srttNanos - latestNanos) - rttvarNanos) / 4;
            srttNanos += (latestNanos - srttNanos) / 8;
        }
        // RFC 6298 section 5: only a new measurement collapses a timeout that was backed off
        backoffs = 0;
    }

    /** RFC 6298 5.7: the handshake needed a retransmission; without a sample the first data waits 3 seconds. */
    public void synWasRetransmitted() {
        unmeasuredRtoNanos = AFTER_SYN_LOSS_RTO_NANOS;
        backoffs = 0;
    }

    /** RFC 6298 5.5: doubles the timeout. */
    public void backOff() {
        backoffs++;
    }

    /** The RTO with backoff, at most {@link #MAX_RTO_NANOS}. */
    public long rtoNanos() {
        return backedOff(backoffs);
    }

    /** The RTO of the samples doubled a number of times, at most {@link #MAX_RTO_NANOS}. */
    public long backedOff(int times) {
        long base = baseRtoNanos();
        return times >= 30 || base > MAX_RTO_NANOS >> times ? MAX_RTO_NANOS : base << times;
    }

    /** RFC 6298 2.1 to 2.4; the lower bound holds for the variation's part, as in Linux. */
    private long baseRtoNanos() {
        return hasSample()
                ? Math.min(MAX_RTO_NANOS, srttNanos + Math.max(bound.minRtoNanos(), 4 * rttvarNanos))
                : unmeasuredRtoNanos;
    }

    /** How often the RTO stands doubled. */
    public int backoffs() {
        return backoffs;
    }

    /** Whether a round trip has been measured. */
    public boolean hasSample() {
        return srttNanos != 0;
    }

    /** SRTT, 0 before the first sample. */
    public long smoothedNanos() {
        return srttNanos;
    }

    /** RTTVAR, 0 before the first sample. */
    public long variationNanos() {
        return rttvarNanos;
    }

    /** The latest sample, 0 before the first. */
    public long latestNanos() {
        return latestNanos;
    }

    /** The smallest sample, {@link Long#MAX_VALUE} before the first. */
    public long minNanos() {
        return minNanos;
    }
}
