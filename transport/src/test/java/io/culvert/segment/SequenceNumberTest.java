/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceNumberTest {
    private static final int HALF = 1 << 31;

    /** Both ends of the space and of the signed {@code int}, and a place in the middle of nothing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1})
    void theNextNumberIsGreaterWhereverItStands(int number) {
        assertOrdered(number, number + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1})
    void orderReachesAlmostHalfTheSpace(int number) {
        assertOrdered(number, number + HALF - 1);
        assertOrdered(number + HALF + 1, number);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1})
    void numbersHalfTheSpaceApartHaveNoOrder(int number) {
        int opposite = number + HALF;
        assertFalse(SequenceNumber.lessThan(number, opposite));
        assertFalse(SequenceNumber.lessOrEqual(number, opposite));
        assertFalse(SequenceNumber.greaterThan(number, opposite));
        assertFalse(SequenceNumber.greaterOrEqual(number, opposite));
        assertEquals(number, SequenceNumber.max(number, opposite));
        assertEquals(number, SequenceNumber.min(number, opposite));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1})
    void aNumberEqualsItself(int number) {
        assertFalse(SequenceNumber.lessThan(number, number));
        assertTrue(SequenceNumber.lessOrEqual(number, number));
        assertFalse(SequenceNumber.greaterThan(number, number));
        assertTrue(SequenceNumber.greaterOrEqual(number, number));
        assertEquals(number, SequenceNumber.max(number, number));
        assertEquals(number, SequenceNumber.min(number, number));
    }

    @Test
    void orderGoesOnAcrossTheWrap() {
        assertOrdered(0xffffffff, 0);
        assertOrdered(0xfffffff0, 0x10);
        assertOrdered(0x7fffffff, 0x80000000);
    }

    private static void assertOrdered(int earlier, int later) {
        assertTrue(SequenceNumber.lessThan(earlier, later));
        assertFalse(SequenceNumber.lessThan(later, earlier));
        assertTrue(SequenceNumber.lessOrEqual(earlier, later));
        assertFalse(SequenceNumber.lessOrEqual(later, earlier));
        assertTrue(SequenceNumber.greaterThan(later, earlier));
        assertFalse(SequenceNumber.greaterThan(earlier, later));
        assertTrue(SequenceNumber.greaterOrEqual(later, earlier));
        assertFalse(SequenceNumber.greaterOrEqual(earlier, later));
        assertEquals(later, SequenceNumber.max(earlier, later));
        assertEquals(later, SequenceNumber.max(later, earlier));
        assertEquals(earlier, SequenceNumber.min(earlier, later));
        assertEquals(earlier, SequenceNumber.min(later, earlier));
    }
}
