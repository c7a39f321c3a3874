/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import java.util.Comparator;
import java.util.List;

/**
 * What one run over a link has shown in its measured span.
 *
 * @param goodputMbit payload that the receiving application has read, in Mbit/s
 * @param goodputOverCapacity the same over the share of the capacity that full packets leave to payload
 * @param retransmissions segments sent again
 * @param timeouts expiries of the retransmission timer
 * @param segments segments sent, those sent again included
 * @param losses datagrams that the path has lost by chance
 * @param drops datagrams that found the queue full
 * @param queueOverProduct average length of the queue over the bandwidth-delay product
 * @param smoothedRttMillis SRTT at the end
 * @param allSegments segments sent, warm-up included
 * @param cpuNanos processor time that the run took
 */
record Sample(double goodputMbit, double goodputOverCapacity, long retransmissions, long timeouts, long segments,
        long losses, long drops, double queueOverProduct, double smoothedRttMillis, long allSegments, long cpuNanos) {
    /** The one with the median goodput; of an even number the lesser of the two. */
    static Sample median(List<Sample> samples) {
        List<Sample> sorted = samples.stream().sorted(Comparator.comparingDouble(Sample::goodputMbit)).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** Processor time for each segment sent, acknowledgments and both ends included. */
    double microsPerSegment() {
        return allSegments == 0 ? 0 : cpuNanos / 1e3 / allSegments;
    }
}
