/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

/**
 * Counts durations in steps of two: an addition, a sum and an array access for each. Written on one event loop; another
 * thread that reads it may find the latest missing.
 */
public final class Durations {
    /** The first step is 2 to this power nanoseconds, 65.5 microseconds. */
    private static final int FIRST_POWER = 16;
    /** The last is 17.2 seconds. */
    private static final int LAST_POWER = 34;
    /** How many steps there are. */
    public static final int STEPS = LAST_POWER - FIRST_POWER + 1;

    /** The last counts what is longer than every step. */
    private final long[] counts = new long[STEPS + 1];
    private long totalNanos;

    /** The upper bound of a step, itself included. */
    public static long boundNanos(int step) {
        return 1L << FIRST_POWER + step;
    }

    /** Counts a duration. */
    public void add(long nanos) {
        int power = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, nanos) - 1);
        counts[Math.min(STEPS, Math.max(0, power - FIRST_POWER))]++;
        totalNanos += nanos;
    }

    /** How many were no longer than a step; with {@link #STEPS} all there were. */
    public long within(int step) {
        long within = 0;
        for (int i = 0; i <= step; i++) {
            within += counts[i];
        }
        return within;
    }

    /** How many there were. */
    public long count() {
        return within(STEPS);
    }

    /** Their sum. */
    public long totalNanos() {
        return totalNanos;
    }

    void addAll(Durations others) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += others.counts[i];
        }
        totalNanos += others.totalNanos;
    }
}
