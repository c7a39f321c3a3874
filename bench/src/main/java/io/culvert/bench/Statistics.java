/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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

    /** The one in the middle; of an even number the lesser of the two. */
    public static double median(List<Double> figures) {
        return median(figures, figure -> figure);
    }

    /** How far figures lie apart, the greatest from the least, over their median. */
    public static double spread(List<Double> figures) {
        double median = median(figures);
        return median == 0 ? 0 : (Collections.max(figures) - Collections.min(figures)) / median;
    }

    /** Each figure over the one of the same round; as many as there are of both. */
    public static List<Double> ratios(List<Double> figures, List<Double> over) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(figures.size(), over.size()); i++) {
            ratios.add(figures.get(i) / over.get(i));
        }
        return ratios;
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
