/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): no secret, only different from flow to flow, and repeatable. */
final class RandomSequence {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private long state;

    void seed(long value) {
        state = value;
    }

    /** 0 or 1. */
    int nextBit() {
        return (int) (next() >>> 63);
    }

    /** From 0 (inclusive) to 1 (exclusive). */
    double nextFraction() {
        return (next() >>> 11) * TWO_TO_MINUS_53;
    }

    private long next() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
