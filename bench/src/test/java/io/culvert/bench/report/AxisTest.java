/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AxisTest {
    private static String text(Axis axis) {
        return String.join(" ", axis.ticks().stream().map(Axis.Tick::text).toList());
    }

    @ParameterizedTest
    @CsvSource({"1, 0 0.2 0.4 0.6 0.8 1", "33.9, 0 10 20 30 40", "41.7, 0 10 20 30 40 50", "100, 0 20 40 60 80 100",
        "0.003, 0 0.001 0.002 0.003", "14600, '0 5000 10,000 15,000'"})
    void aLinearAxisEndsSoonAfterTheGreatest(double greatest, String ticks) {
        assertEquals(ticks, text(Axis.linear(greatest)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.7, 1, 9.99, 10, 10.01, 12345})
    void aLinearAxisHasRoomForTheGreatest(double greatest) {
        Axis axis = Axis.linear(greatest);
        assertEquals(0, axis.place(0));
        assertTrue(axis.place(greatest) > 0.6 && axis.place(greatest) <= 1);
        assertEquals(axis.place(greatest) / 2, axis.place(greatest / 2), 1e-9);
    }

    @Test
    void anAxisOfNothingHasAnEnd() {
        assertEquals(0, Axis.linear(0).place(0));
    }

    @ParameterizedTest
    @CsvSource({"52, 4510, 50 100 200 500 1000 2000 5000", "50, 100, 50 100", "20, 21, 20 50",
        "1, 90000, '1 10 100 1000 10,000 100,000'"})
    void aLogarithmicAxisEnclosesItsValues(double least, double greatest, String ticks) {
        Axis axis = Axis.logarithmic(least, greatest);
        assertEquals(ticks, text(axis));
        double middle = Math.sqrt(least * greatest);
        assertEquals(axis.place(greatest) - axis.place(middle), axis.place(middle) - axis.place(least), 1e-9);
    }

    @Test
    void percentilesAreSpacedByWhatLiesAbove() {
        Axis axis = Axis.percentiles(50, 99.99);
        assertEquals("50 % 90 % 99 % 99.9 % 99.99 %", text(axis));
        assertEquals(0, axis.place(50), 1e-6);
        assertEquals(1, axis.place(99.99), 1e-6);
        assertEquals(1, axis.place(100), 1e-6);
        assertEquals(axis.place(99) - axis.place(90), axis.place(99.9) - axis.place(99), 1e-6);
    }

    @Test
    void categoriesStandSideBySide() {
        Axis axis = Axis.categories(new TreeSet<>(List.of(0.0, 0.1, 1.0)), " %");
        assertEquals("0 % 0.1 % 1 %", text(axis));
        assertEquals(0.5, axis.place(0.1));
        assertEquals(1, axis.place(1));
    }
}
