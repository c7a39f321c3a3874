/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final Link LOSSY = Link.of(10, 20).loss(2);

    private static Sample run(Link link, long seed) {
        return new Trial(Controller.NEWRENO, link, seed, Buffers.ofMebibytes(1), Duration.ofSeconds(1),
                Duration.ofSeconds(5)).run();
    }

    @Test
    void theSameSeedGivesTheSameFiguresAndAnotherSeedOthers() {
        Sample one = run(LOSSY, 1);
        Sample again = run(LOSSY, 1);
        assertEquals(one.goodputMbit(), again.goodputMbit());
        assertEquals(one.segments(), again.segments());
        assertEquals(one.losses(), again.losses());
        assertNotEquals(one.goodputMbit(), run(LOSSY, 2).goodputMbit());
    }

    @Test
    void aSmallWindowIsWhatItsRoundTripsCarry() {
        // a receive buffer of 16 KiB and 40 ms: 3.3 Mbit/s at most, and no queue
        Sample sample = new Trial(Controller.NEWRENO, Link.of(100, 40), 1, new Buffers(16 * 1024),
                Duration.ofSeconds(1), Duration.ofSeconds(5)).run();
        double most = 8 * 16 * 1024 / 0.040 / 1e6;
        assertTrue(sample.goodputMbit() > 0.5 * most && sample.goodputMbit() <= 1.1 * most, sample::toString);
        assertEquals(sample.goodputMbit() / 100, sample.goodputOverCapacity(), 0.1 * sample.goodputOverCapacity());
        assertTrue(sample.queueOverProduct() < 0.05, sample::toString);
        assertEquals(0, sample.retransmissions());
        assertEquals(0, sample.drops());
        assertEquals(40, sample.smoothedRttMillis(), 4);
    }

    @Test
    void nothingLeaksFromALab() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        try (Lab lab = new Lab(LOSSY, Buffers.ofMebibytes(1), 1, allocator)) {
            Flow flow = lab.open(Controller.NEWRENO).compared().sendForever();
            lab.run(Duration.ofSeconds(1));
            assertTrue(flow.receivedBytes() > 0);
            assertTrue(allocator.metric().usedDirectMemory() > 0);
        }
        assertEquals(0, allocator.metric().usedDirectMemory());
        assertEquals(0, allocator.metric().usedHeapMemory());
    }

    @Test
    void theStreamIsComparedWithItsPattern() {
        StreamPattern pattern = new StreamPattern(1);
        var bytes = pattern.slice(1_048_570, 10);
        assertEquals(3, bytes.readableBytes());
        assertTrue(pattern.matches(1_048_570, bytes));
        assertTrue(!pattern.matches(1_048_569, bytes));
        bytes.release();
        pattern.release();
    }
}
