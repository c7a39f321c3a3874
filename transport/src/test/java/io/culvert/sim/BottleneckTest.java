/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BottleneckTest {
    private static final long MILLI = 1_000_000;

    /** 1000 bytes take a millisecond. */
    private final Bottleneck bottleneck = new Bottleneck(8_000_000, 3_000);

    @Test
    void anUnusedLinkHasNoQueue() {
        assertEquals(0, bottleneck.averageWaitNanos(0));
        assertEquals(0, bottleneck.averageWaitNanos(5 * MILLI));
        assertEquals(0, bottleneck.waitNanos(5 * MILLI));
    }

    @Test
    void aPacketIsQueuedWithWhatIsLeftOfIt() {
        bottleneck.departureNanos(0, 1000);
        assertEquals(MILLI / 4, bottleneck.waitNanos(3 * MILLI / 4));
        // half a millisecond on average while it is sent, and nothing for as long again
        assertEquals(MILLI / 2.0, bottleneck.averageWaitNanos(MILLI));
        assertEquals(MILLI / 4.0, bottleneck.averageWaitNanos(2 * MILLI));
        assertEquals(250, bottleneck.averageQueueBytes(2 * MILLI));
    }

    @Test
    void packetsAddUpAndWhatFindsNoRoomDoesNotCount() {
        for (int i = 0; i < 4; i++) {
            bottleneck.departureNanos(0, 1000);
        }
        assertEquals(3, bottleneck.packets());
        assertEquals(3000, bottleneck.bytes());
        assertEquals(1, bottleneck.drops());
        assertEquals(3 * MILLI, bottleneck.longestWaitNanos());
        assertEquals(1.5 * MILLI, bottleneck.averageWaitNanos(3 * MILLI));
    }

    @Test
    void anAccountBeginsWithWhatStandsInTheQueue() {
        bottleneck.departureNanos(0, 1000);
        bottleneck.departureNanos(0, 1000);
        bottleneck.restartAccount(MILLI);
        assertEquals(0, bottleneck.packets());
        assertEquals(0, bottleneck.longestWaitNanos());
        assertEquals(MILLI / 2.0, bottleneck.averageWaitNanos(2 * MILLI));
    }

    @Test
    void theAverageOfAPartIsThatOfAStumpOfATriangle() {
        bottleneck.departureNanos(0, 2000);
        assertEquals(1.5 * MILLI, bottleneck.averageWaitNanos(MILLI));
    }
}
