/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** UpdateWindowedMaxFilter() over round trips. */
final class RoundMaxFilterTest {
    private final RoundMaxFilter filter = new RoundMaxFilter(10);

    @Test
    void keepsTheLargestOfTheWindow() {
        assertEquals(9, filter.update(9, 0, 10));
        assertEquals(9, filter.update(3, 0, 10));
        assertEquals(9, filter.update(4, 5, 10));
        assertEquals(9, filter.update(2, 10, 10));
        assertEquals(4, filter.update(1, 11, 10));
        assertEquals(4, filter.update(1, 15, 10));
        assertEquals(2, filter.update(1, 16, 10));
    }

    @Test
    void aShorterWindowForgetsSooner() {
        filter.update(9, 0, 1);
        assertEquals(9, filter.update(3, 1, 1));
        assertEquals(3, filter.update(1, 2, 1));
    }

    @Test
    void roundsWithoutAValueLeaveNothingBehind() {
        filter.update(9, 0, 10);
        assertEquals(1, filter.update(1, 1000, 10));
    }
}
