/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/**
 * A congestion avoidance stage of {@link Cubic}: how the window grows from the end of one reduction to the next
 * congestion event (RFC 9438 sections 4.2 to 4.5). It knows the window that was lost across stages, and the elapsed
 * time t within one. Windows are in bytes, so that the constants, which the RFC has in segments, are times SMSS.
 */
final class CubicStage {
    // RFC 9438 4.6 and 5.1
    static final double BETA = 0.7;
    private static final double C = 0.4;
    // RFC 9438 4.3: what gives AIMD(alpha, beta) the average window of AIMD(1, 0.5)
    private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private static final double NANOS_PER_SECOND = 1e9;

    /** cwnd when a congestion event last set ssthresh. After a slow start without one there is nothing to regain: 0. */
    private double cwndPrior;
    /** W_max, 0 while it is undefined. */
    private double wMax;

    private boolean begun;
    /** t_epoch, moved on by every period that t leaves out. */
    private long epochNanos;
    private double k;
    private double wEst;
    /** The segment size for this stage: a new one would move W_cubic(t) by a leap. */
    private int smss;

    /** A congestion event ends the stage. */
    void onCongestionEvent(double cwnd) {
        // RFC 9438 4.7: a flow that did not regain its window makes room for those that took it
        wMax = cwnd < wMax ? cwnd * (1 + BETA) / 2 : cwnd;
        cwndPrior = cwnd;
        begun = false;
    }

    /** A timeout ends the stage. */
    void onRetransmissionTimeout() {
        // RFC 9438 4.8: in the stage after it K = 0 and W_max is the window at its beginning
        wMax = 0;
        begun = false;
    }

    /** Ends the stage with neither loss nor timeout: another one begins from a smaller window. */
    void end() {
        begun = false;
    }

    /** Leaves a period out of t. */
    void leaveOut(long nanos) {
        epochNanos += nanos;
    }

    /**
     * The window after an acknowledgment, which begins the stage if need be.
     *
     * @param cwnd the window before
     * @param ackedBytes what was delivered
     * @param smss the sender's maximum segment size, should the stage begin
     */
    double grow(double cwnd, long ackedBytes, long nowNanos, long smoothedRttNanos, int smss) {
        if (!begun) {
            begin(cwnd, nowNanos, smss);
        }
        double share = Math.min(1, ackedBytes / cwnd);
        // RFC 9438 4.3 figure 4, by bytes
        wEst += (wEst < cwndPrior ? ALPHA : 1) * this.smss * share;
        double t = (nowNanos - epochNanos) / NANOS_PER_SECOND;
        if (wCubic(t) < wEst) {
            // RFC 9438 4.3: the Reno-friendly region; an ACK takes nothing away that the other regions gave
            return Math.max(cwnd, wEst);
        }
        // RFC 9438 4.2, 4.4 and 4.5
        double target = wCubic(t + smoothedRttNanos / NANOS_PER_SECOND);
        return cwnd + (Math.max(cwnd, Math.min(target, 1.5 * cwnd)) - cwnd) * share;
    }

    private void begin(double cwnd, long nowNanos, int smss) {
        this.smss = smss;
        // RFC 9438 4.8 and 4.10, and wherever else W_max has been passed already
        wMax = Math.max(wMax, cwnd);
        // RFC 9438 4.2 figure 2
        k = Math.cbrt((wMax - cwnd) / (C * smss));
        wEst = cwnd;
        epochNanos = nowNanos;
        begun = true;
    }

    /** RFC 9438 4.2 figure 1. */
    private double wCubic(double t) {
        double offset = t - k;
        return C * smss * offset * offset * offset + wMax;
    }

    /** Becomes what another stage is. */
    void copy(CubicStage other) {
        cwndPrior = other.cwndPrior;
        wMax = other.wMax;
        begun = other.begun;
        epochNanos = other.epochNanos;
        k = other.k;
        wEst = other.wEst;
        smss = other.smss;
    }
}
