/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

/**
 * Arithmetic modulo 2^32 on sequence numbers held in an {@code int} (RFC 9293 section 3.4).
 *
 * <p>Two numbers exactly half the space apart have no order: each of the four comparisons is then {@code false}, both
 * ways round, so that a check that demands an order refuses them.
 */
public final class SequenceNumber {
    private SequenceNumber() {
    }

    /** {@code a < b}: a lies less than half the space before b. */
    public static boolean lessThan(int a, int b) {
        return b - a > 0;
    }

    /** {@code a <= b}. */
    public static boolean lessOrEqual(int a, int b) {
        return b - a >= 0;
    }

    /** {@code a > b}. */
    public static boolean greaterThan(int a, int b) {
        return a - b > 0;
    }

    /** {@code a >= b}. */
    public static boolean greaterOrEqual(int a, int b) {
        return a - b >= 0;
    }

    /** The later of the two; the first when they have no order. */
    public static int max(int a, int b) {
        return lessThan(a, b) ? b : a;
    }

    /** The earlier of the two; the first when they have no order. */
    public static int min(int a, int b) {
        return lessThan(b, a) ? b : a;
    }
}
