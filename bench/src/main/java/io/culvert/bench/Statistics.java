/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures made of figures. */
public final class Statistics {
    private Statistics() {
    }

    /** The one in the middle; of an even number the lesser of the two. */
    public static <T> double median(Collection<T> of, ToDoubleFunction<T> figure) {
        double[] sorted = of.stream().mapToDouble(figure).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }

    /**
     * How evenly something is shared, from 1 over the number of shares to 1: R. Jain, D. Chiu, W. Hawe, "A quantitative
     * measure of fairness and discrimination for resource allocation in shared computer systems", 1984.
     */
    public static double jainIndex(List<Double> shares) {
        double sum = 0;
        double squares = 0;
        for (double share : shares) {
            sum += share;
            squares += share * share;
        }
        return squares == 0 ? 1 : sum * sum / (shares.size() * squares);
    }
}
