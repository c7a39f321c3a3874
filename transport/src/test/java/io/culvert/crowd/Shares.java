/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import java.util.Arrays;
import java.util.List;

/** What each of several sinks has got within a time. */
final class Shares {
    private final List<Sink> sinks;
    private final long[] bytes;

    private Shares(List<Sink> sinks) {
        this.sinks = List.copyOf(sinks);
        bytes = this.sinks.stream().mapToLong(Sink::received).toArray();
    }

    /** The time begins. */
    static Shares of(List<Sink> sinks) {
        return new Shares(sinks);
    }

    /** The time is over. */
    void end() {
        Arrays.setAll(bytes, sink -> sinks.get(sink).received() - bytes[sink]);
    }

    /** What they have got in the mean until now. */
    double meanSoFar() {
        long total = 0;
        for (int sink = 0; sink < bytes.length; sink++) {
            total += sinks.get(sink).received() - bytes[sink];
        }
        return (double) total / bytes.length;
    }

    /** Whether none is further from the mean than this part of it. */
    boolean areWithin(double tolerance) {
        double mean = mean();
        return Arrays.stream(bytes).allMatch(share -> Math.abs(share - mean) <= tolerance * mean);
    }

    private double mean() {
        return Arrays.stream(bytes).average().orElseThrow();
    }

    @Override
    public String toString() {
        double mean = mean();
        return String.format("%.0f bytes in the mean, the least %.3f of it, the most %.3f", mean,
                Arrays.stream(bytes).min().orElseThrow() / mean, Arrays.stream(bytes).max().orElseThrow() / mean);
    }
}
