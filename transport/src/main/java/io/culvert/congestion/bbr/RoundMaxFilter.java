/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import java.util.Arrays;

/** The largest value of this round trip and a number of them before, exactly: it keeps the maximum of each. */
final class RoundMaxFilter {
    private final long[] maxima;
    private final long[] rounds;
    private long newest = -1;
    private long max;

    RoundMaxFilter(int longestWindow) {
        maxima = new long[longestWindow + 1];
        rounds = new long[longestWindow + 1];
        Arrays.fill(rounds, -1);
    }

    /**
     * Takes a value.
     *
     * @param window how many rounds before this one count
     * @return the largest value in the window
     */
    long update(long value, long round, int window) {
        int slot = (int) (round % maxima.length);
        if (round == newest) {
            maxima[slot] = Math.max(maxima[slot], value);
            max = Math.max(max, value);
            return max;
        }
        newest = round;
        rounds[slot] = round;
        maxima[slot] = value;
        max = 0;
        for (int i = 0; i < maxima.length; i++) {
            if (rounds[i] >= 0 && round - rounds[i] <= window) {
                max = Math.max(max, maxima[i]);
            }
        }
        return max;
    }
}
