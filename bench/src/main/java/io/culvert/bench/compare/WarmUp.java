/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

/**
 * Whether programs are compiled as well as they will be: what they do costs no less processor time than before. Unlike
 * their speed that tells it on a machine that is busy with something else, too.
 */
final class WarmUp {
    /** Costs that fall by less are steady. */
    private static final double STEADY = 0.95;
    private static final int STEADY_WINDOWS = 2;

    private double least = Double.POSITIVE_INFINITY;
    private int steady;

    /** Takes what a further window has cost. */
    void add(Window window) {
        add(window.sum("cpuNanos") / window.server().get("bytes").getAsDouble());
    }

    /** Takes what each byte has cost, infinite or not a number if there was none. */
    void add(double cost) {
        boolean falls = !(cost >= STEADY * least) || Double.isInfinite(cost);
        steady = falls ? 0 : steady + 1;
        if (cost < least) {
            least = cost;
        }
    }

    /** Whether the costs have been steady lately. */
    boolean isOver() {
        return steady >= STEADY_WINDOWS;
    }
}
