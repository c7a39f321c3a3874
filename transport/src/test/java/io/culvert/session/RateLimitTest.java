/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** So many a second. */
final class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;

    private final RateLimit limit = new RateLimit(3);

    private int allowedAt(long nowNanos) {
        int allowed = 0;
        for (int i = 0; i < 10; i++) {
            allowed += limit.allows(nowNanos) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void allowsSoManyASecond() {
        assertEquals(3, allowedAt(5));
        assertEquals(0, allowedAt(4 + SECOND));
        assertEquals(3, allowedAt(5 + SECOND));
    }

    @Test
    void countsTheWholeSecond() {
        assertTrue(limit.allows(0));
        assertTrue(limit.allows(SECOND / 2));
        assertEquals(1, allowedAt(SECOND - 1));
    }

    @Test
    void savesNothingUp() {
        assertTrue(limit.allows(0));
        assertEquals(3, allowedAt(100 * SECOND));
    }

    @Test
    void worksFromAnyBeginningOfTime() {
        assertEquals(3, allowedAt(Long.MAX_VALUE - 10));
        assertEquals(3, allowedAt(Long.MIN_VALUE + SECOND));
    }
}
