/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

/**
 * A figure that is to be reached, and the one that was.
 *
 * @param scenario who measured it
 * @param what what it is a figure of
 * @param figure what was measured
 * @param atLeast whether the bound is a lower one
 * @param bound what is to be reached
 * @param unit of both
 * @param shortfall why it is missed where it is, empty when nobody knows
 */
record Goal(String scenario, String what, double figure, boolean atLeast, double bound, String unit,
        String shortfall) {
    static Goal atLeast(String scenario, String what, double figure, double bound, String unit) {
        return new Goal(scenario, what, figure, true, bound, unit, "");
    }

    static Goal atMost(String scenario, String what, double figure, double bound, String unit) {
        return new Goal(scenario, what, figure, false, bound, unit, "");
    }

    /** The same goal with what explains a miss. */
    Goal explained(String reason) {
        return new Goal(scenario, what, figure, atLeast, bound, unit, reason);
    }

    boolean isMet() {
        return atLeast ? figure >= bound : figure <= bound;
    }
}
