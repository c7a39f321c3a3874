/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/**
 * HyStart++ (RFC 9406): ends a {@link Cubic} sender's first slow start when the round trip grows, before the queue
 * overflows. Slow start becomes conservative slow start (CSS) on the first sign, and returns if that was jitter.
 */
final class HyStart {
    // RFC 9406 4.3: the recommended values. L, the segments that one ACK may count for, is infinite as sessions pace
    private static final int N_RTT_SAMPLE = 8;
    private static final long MIN_RTT_THRESH_NANOS = 4_000_000;
    private static final long MAX_RTT_THRESH_NANOS = 16_000_000;
    private static final int MIN_RTT_DIVISOR = 8;
    private static final int CSS_GROWTH_DIVISOR = 4;
    private static final int CSS_ROUNDS = 5;

    private static final long INFINITY = Long.MAX_VALUE;

    /** The bytes delivered when the round began: it ends with the first segment sent after that. */
    private long roundStartDelivered;
    private long lastRoundMinRttNanos = INFINITY;
    private long currentRoundMinRttNanos = INFINITY;
    private int rttSampleCount;

    /** Infinite in slow start. */
    private long cssBaselineMinRttNanos = INFINITY;
    /** Rounds of CSS that have ended; the one in which it began counts. */
    private int cssRounds;

    /** An acknowledgment has arrived in slow start; call it before {@link #increase}. */
    void onAcknowledged(AckSample sample) {
        if (sample.priorDeliveredBytes() >= roundStartDelivered) {
            startRound(sample.deliveredBytes());
        }
        if (sample.rttNanos() < 0) {
            return;
        }
        currentRoundMinRttNanos = Math.min(currentRoundMinRttNanos, sample.rttNanos());
        rttSampleCount++;
        if (rttSampleCount >= N_RTT_SAMPLE) {
            judgeDelay();
        }
    }

    private void startRound(long deliveredBytes) {
        roundStartDelivered = deliveredBytes;
        lastRoundMinRttNanos = currentRoundMinRttNanos;
        currentRoundMinRttNanos = INFINITY;
        rttSampleCount = 0;
        if (isConservative()) {
            cssRounds++;
        }
    }

    private void judgeDelay() {
        if (isConservative()) {
            // RFC 9406 4.2: the round trip fell below the baseline, so that leaving slow start was premature
            if (currentRoundMinRttNanos < cssBaselineMinRttNanos) {
                cssBaselineMinRttNanos = INFINITY;
                cssRounds = 0;
            }
        } else if (lastRoundMinRttNanos != INFINITY) {
            long threshold = Math.max(MIN_RTT_THRESH_NANOS,
                    Math.min(lastRoundMinRttNanos / MIN_RTT_DIVISOR, MAX_RTT_THRESH_NANOS));
            if (currentRoundMinRttNanos >= lastRoundMinRttNanos + threshold) {
                cssBaselineMinRttNanos = currentRoundMinRttNanos;
            }
        }
    }

    private boolean isConservative() {
        return cssBaselineMinRttNanos != INFINITY;
    }

    /** Whether CSS has lasted all its rounds: ssthresh becomes cwnd, and congestion avoidance begins. */
    boolean isFinished() {
        return cssRounds >= CSS_ROUNDS;
    }

    /** What cwnd grows by for the bytes that an acknowledgment has delivered. */
    double increase(long ackedBytes) {
        return isConservative() ? (double) ackedBytes / CSS_GROWTH_DIVISOR : ackedBytes;
    }
}
