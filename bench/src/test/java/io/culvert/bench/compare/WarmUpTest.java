/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When a warm-up is over. */
class WarmUpTest {
    private final WarmUp warmUp = new WarmUp();

    private boolean isOverAfter(double... costs) {
        for (double cost : costs) {
            warmUp.add(cost);
        }
        return warmUp.isOver();
    }

    @Test
    void costsThatFallAreNotSteady() {
        assertFalse(isOverAfter(20, 12, 7.5, 4, 3, 1.9));
    }

    @Test
    void aWindowWithoutImprovementMayBeChance() {
        assertFalse(isOverAfter(10, 9.9));
        assertFalse(isOverAfter(5));
        assertFalse(isOverAfter(5.1));
    }

    @Test
    void itIsOverWhenTwoWindowsDoNotImprove() {
        assertTrue(isOverAfter(10, 5, 4.9, 5.2));
    }

    @Test
    void whereNothingMovesNothingIsLearnt() {
        assertFalse(isOverAfter(Double.POSITIVE_INFINITY, Double.NaN, Double.POSITIVE_INFINITY));
        assertFalse(isOverAfter(3));
    }
}
