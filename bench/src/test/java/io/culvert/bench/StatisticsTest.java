/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void equalSharesAreFair() {
        assertEquals(1, Statistics.jainIndex(List.of(5.0, 5.0)), 1e-12);
        assertEquals(1, Statistics.jainIndex(List.of(0.0, 0.0)));
    }

    @Test
    void whoGetsAllIsAsUnfairAsItGets() {
        assertEquals(0.5, Statistics.jainIndex(List.of(7.0, 0.0)), 1e-12);
        assertEquals(0.25, Statistics.jainIndex(List.of(0.0, 0.0, 3.0, 0.0)), 1e-12);
    }

    @Test
    void aThirdAgainstTwoThirdsIsNineTenths() {
        assertEquals(0.9, Statistics.jainIndex(List.of(1.0, 2.0)), 1e-12);
    }

    @Test
    void theMedianIsOneOfTheFigures() {
        assertEquals(2, Statistics.median(List.of(3.0, 1.0, 2.0), value -> value));
        assertEquals(2, Statistics.median(List.of(4.0, 3.0, 1.0, 2.0), value -> value));
        assertEquals(1, Statistics.median(List.of(1.0), value -> value));
    }

    @Test
    void theSpreadIsTheRangeOverTheMedian() {
        assertEquals(0, Statistics.spread(List.of(3.0)));
        assertEquals(1.5, Statistics.spread(List.of(2.0, 1.0, 4.0)), 1e-12);
        assertEquals(0, Statistics.spread(List.of(0.0, 0.0)));
    }

    @Test
    void ratiosAreOfTheSameRound() {
        assertEquals(List.of(0.5, 2.0), Statistics.ratios(List.of(1.0, 4.0, 9.0), List.of(2.0, 2.0)));
    }
}
