/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;

/**
 * Where a value stands between the two ends of a chart, and which values are written there.
 *
 * @param scale from a value to its place, 0 to 1
 * @param ticks what is written, in order
 */
record Axis(DoubleUnaryOperator scale, List<Tick> ticks) {
    private static final int WANTED_TICKS = 5;
    private static final double[] STEPS = {1, 2, 2.5, 5, 10};
    private static final double HIGHEST_PERCENTILE = 99.999;

    /** A value and how it is written. */
    record Tick(double value, String text) {
    }

    double place(double value) {
        return Math.max(0, Math.min(1, scale.applyAsDouble(value)));
    }

    /** From 0 to a little more than the greatest value. */
    static Axis linear(double greatest) {
        double step = step(Math.max(greatest, 1e-9) / WANTED_TICKS);
        int steps = Math.max(1, (int) Math.ceil(greatest / step - 1e-9));
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            ticks.add(new Tick(i * step, Html.plain(i * step)));
        }
        double end = steps * step;
        return new Axis(value -> value / end, ticks);
    }

    /** The least of 1, 2, 2.5 and 5 times a power of ten that is not less. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double step : STEPS) {
            if (step * power >= least * (1 - 1e-9)) {
                return step * power;
            }
        }
        return 10 * power;
    }

    /** Logarithmic, with 1, 2 and 5 times the powers of ten written, or fewer if it is long. */
    static Axis logarithmic(double least, double greatest) {
        double[] written = greatest / least > 2000 ? new double[] {1} : new double[] {1, 2, 5};
        double from = tickBelow(least, written);
        List<Tick> ticks = new ArrayList<>();
        double to = from;
        double power = Math.pow(10, Math.floor(Math.log10(from) + 1e-9));
        for (; to < greatest * (1 - 1e-9); power *= 10) {
            for (double digit : written) {
                double value = digit * power;
                if (value >= from * (1 - 1e-9) && (ticks.isEmpty() || to < greatest * (1 - 1e-9))) {
                    ticks.add(new Tick(value, Html.plain(value)));
                    to = value;
                }
            }
        }
        double start = Math.log(from);
        double length = Math.max(1e-9, Math.log(to) - start);
        return new Axis(value -> (Math.log(value) - start) / length, ticks);
    }

    private static double tickBelow(double value, double[] written) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        double tick = power;
        for (double digit : written) {
            tick = digit * power <= value * (1 + 1e-9) ? digit * power : tick;
        }
        return tick;
    }

    /** Percentiles by how much lies above them: as far from 90 to 99 as from 99 to 99.9. */
    static Axis percentiles(double lowest, double highest) {
        double last = Math.max(Math.min(highest, HIGHEST_PERCENTILE), 50);
        double start = nines(Math.min(lowest, 50));
        double length = nines(last) - start + 1e-9;
        List<Tick> ticks = new ArrayList<>();
        for (double tick : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999}) {
            if (tick >= lowest && tick <= last + 1e-9) {
                ticks.add(new Tick(tick, Html.plain(tick) + " %"));
            }
        }
        return new Axis(value -> (nines(Math.min(value, last)) - start) / length, ticks);
    }

    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    /** The given values side by side, however far apart they are. */
    static Axis categories(TreeSet<Double> values, String unit) {
        List<Double> sorted = List.copyOf(values);
        List<Tick> ticks = sorted.stream().map(value -> new Tick(value, Html.plain(value) + unit)).toList();
        return new Axis(value -> sorted.size() < 2 ? 0.5 : (double) sorted.indexOf(value) / (sorted.size() - 1), ticks);
    }
}
