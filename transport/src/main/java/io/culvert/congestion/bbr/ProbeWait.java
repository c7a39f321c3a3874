/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/**
 * How long to wait for the next bandwidth probe: 2 s to 3 s, but no longer than the round trips that a Reno flow of
 * the same window would take to grow by its window ("Bandwidth Probing and Coexistence with Reno/CUBIC").
 */
final class ProbeWait {
    private static final long BASE_NANOS = 2_000_000_000L;
    private static final double RANDOM_NANOS = 1e9;
    private static final long MAX_RENO_ROUNDS = 63;

    private final RandomSequence random = new RandomSequence();
    private long roundsSinceProbeUp;
    private long bwProbeWait;
    private long cycleStamp;

    void seed(long nowNanos) {
        random.seed(nowNanos);
    }

    void countRound() {
        roundsSinceProbeUp++;
    }

    /** PickProbeWait(), and the start of the cycle's clock. */
    void pick(long nowNanos) {
        roundsSinceProbeUp = random.nextBit();
        bwProbeWait = BASE_NANOS + (long) (RANDOM_NANOS * random.nextFraction());
        cycleStamp = nowNanos;
    }

    /** IsTimeToProbeBW(). */
    boolean isOver(long nowNanos, PathModel model) {
        return nowNanos - cycleStamp > bwProbeWait || isRenoCoexistenceProbeTime(model);
    }

    private boolean isRenoCoexistenceProbeTime(PathModel model) {
        long renoRounds = model.targetInflight() / model.transport.smss;
        return roundsSinceProbeUp >= Math.min(renoRounds, MAX_RENO_ROUNDS);
    }
}
