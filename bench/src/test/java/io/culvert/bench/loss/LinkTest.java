/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LinkTest {
    @Test
    void theQueueIsOneBandwidthDelayProduct() {
        assertEquals(625_000, Link.of(100, 50).queueBytes());
        assertEquals(625_000, Link.of(100, 50).productBytes());
        assertEquals(1_250_000, Link.of(100, 50).queue(2).queueBytes());
    }

    @Test
    void theQueueTakesAnInitialWindow() {
        assertEquals(15_000, Link.of(10, 1).queueBytes());
    }

    @Test
    void lossMakesItRandom() {
        assertFalse(Link.of(10, 1).isRandom());
        assertTrue(Link.of(10, 1).loss(1).isRandom());
        assertTrue(Link.of(10, 1).with((path, random) -> path.duplicate(0.1)).isRandom());
    }
}
