/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SendBufferTest {
    private static final int KIB = 1024;

    private final SessionConfig config = new SessionConfig();
    private final MemoryBudget budget = new MemoryBudget(1 << 30);
    private final SendBuffer buffer = new SendBuffer(config, budget);

    @Test
    void startsWith64Kibibytes() {
        assertEquals(64 * KIB, buffer.bytes());
        buffer.expand(14_600);
        assertEquals(64 * KIB, buffer.bytes());
        assertEquals(1 << 30, budget.freeBytes());
    }

    @Test
    void holdsTwoCongestionWindowsInStepsOf64Kibibytes() {
        buffer.expand(33 * KIB);
        assertEquals(128 * KIB, buffer.bytes());
        buffer.expand(64 * KIB);
        assertEquals(128 * KIB, buffer.bytes());
        buffer.expand(10_000 * KIB);
        assertTrue(buffer.bytes() >= 20_000 * KIB && buffer.bytes() < 20_064 * KIB, () -> buffer.bytes() + " bytes");
    }

    @Test
    void aSmallerCongestionWindowLeavesIt() {
        buffer.expand(1000 * KIB);
        int bytes = buffer.bytes();
        buffer.expand(10 * KIB);
        assertEquals(bytes, buffer.bytes());
    }

    @Test
    void endsAtTheMaximumWhateverTheController() {
        buffer.expand(Long.MAX_VALUE);
        assertEquals(config.maxSendBufferBytes, buffer.bytes());
    }

    @Test
    void aMaximumBelowTheFirstSizeHolds() {
        config.maxSendBufferBytes = 1000;
        buffer.expand(100 * KIB);
        assertEquals(1000, buffer.bytes());
    }

    @Test
    void aFixedSizeStays() {
        config.sendBufferBytes = 5000;
        config.sendBufferFixed = true;
        buffer.expand(100 * KIB);
        assertEquals(5000, buffer.bytes());
        assertEquals(1 << 30, budget.freeBytes());
    }

    @Test
    void aSizeFixedLaterGivesBackWhatWasDrawn() {
        buffer.expand(1000 * KIB);
        config.sendBufferFixed = true;
        buffer.shrink(2000 * KIB);
        assertEquals(1 << 30, budget.freeBytes());
        assertEquals(64 * KIB, buffer.bytes());
    }

    @Test
    void shrinksToWhatIsHeldAndGrowsAgain() {
        buffer.expand(1000 * KIB);
        buffer.shrink(300 * KIB);
        assertEquals(300 * KIB, buffer.bytes());
        buffer.shrink(0);
        assertEquals(64 * KIB, buffer.bytes());
        assertEquals(0, buffer.drawnBytes());
        buffer.expand(1000 * KIB);
        assertTrue(buffer.bytes() >= 2000 * KIB);
        buffer.end();
        assertEquals(1 << 30, budget.freeBytes());
    }

    @Test
    void roomIsAThirdOfASmallBufferOr64Kibibytes() {
        assertFalse(buffer.isRoom(64 * KIB / 3 - 1));
        assertTrue(buffer.isRoom(64 * KIB / 3));
        buffer.expand(10_000 * KIB);
        assertFalse(buffer.isRoom(64 * KIB - 1));
        assertTrue(buffer.isRoom(64 * KIB));
    }
}
