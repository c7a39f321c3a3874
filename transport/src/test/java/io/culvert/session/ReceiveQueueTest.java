/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The receive queue against the plain bytes of a stream. */
final class ReceiveQueueTest {
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false);

    @Property
    void givesBackWhatWasAppended(@ForAll @Size(max = 100) List<@IntRange(max = 3999) Integer> steps) {
        byte[] model = new byte[400_000];
        new Random(1).nextBytes(model);
        ReceiveQueue queue = new ReceiveQueue();
        int from = 0;
        int to = 0;
        for (int step : steps) {
            int amount = step / 2;
            if (step % 2 == 0) {
                int length = Math.max(1, amount);
                queue.append(Unpooled.wrappedBuffer(model), to, length, Integer.MAX_VALUE, ALLOCATOR);
                to += length;
            } else {
                ByteBuf target = Unpooled.buffer(amount, amount);
                queue.readTo(target);
                int read = target.readableBytes();
                assertEquals(Math.min(amount, to - from), read);
                assertArrayEquals(Arrays.copyOfRange(model, from, from + read), ByteBufUtil.getBytes(target));
                from += read;
            }
            assertEquals(to - from, queue.bytes());
        }
        queue.clear();
        assertEquals(0, queue.bytes());
    }

    /** So that a receive buffer bounds memory, not only bytes. */
    @Property
    void takesAtMostTwiceTheMemoryOfItsLargestBacklog(
            @ForAll @Size(min = 20, max = 300) List<@IntRange(min = -3000, max = 1460) Integer> steps) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        ByteBuf source = Unpooled.wrappedBuffer(new byte[1460]);
        ReceiveQueue queue = new ReceiveQueue();
        int largest = 0;
        for (int step : steps) {
            if (step > 0) {
                queue.append(source, 0, step, Integer.MAX_VALUE, allocator);
            } else {
                queue.readTo(Unpooled.buffer(-step, -step));
            }
            largest = Math.max(largest, queue.bytes());
            long memory = allocator.metric().usedDirectMemory();
            assertTrue(memory <= 2 * largest + 1460, memory + " for " + largest);
        }
        queue.clear();
        assertEquals(0, allocator.metric().usedDirectMemory());
    }

    @Test
    void copiesWhatItIsGiven() {
        ReceiveQueue queue = new ReceiveQueue();
        ByteBuf datagram = Unpooled.copiedBuffer(new byte[] {9, 1, 2, 3, 9});
        queue.append(datagram, 1, 3, Integer.MAX_VALUE, ALLOCATOR);
        assertEquals(1, datagram.refCnt());
        datagram.setZero(0, 5);
        ByteBuf target = Unpooled.buffer(10);
        queue.readTo(target);
        assertArrayEquals(new byte[] {1, 2, 3}, ByteBufUtil.getBytes(target));
    }

    @Test
    void takesALargeBufferAndCopiesASmallOne() {
        ReceiveQueue queue = new ReceiveQueue();
        ByteBuf large = Unpooled.buffer(4000).writeZero(3000);
        ByteBuf small = Unpooled.buffer(4000).writeZero(10);
        queue.take(large, 100, ALLOCATOR);
        queue.take(small, 3, ALLOCATOR);
        assertEquals(2907, queue.bytes());
        assertEquals(1, large.refCnt());
        assertEquals(0, small.refCnt());
        ByteBuf target = Unpooled.buffer(3000);
        queue.readTo(target);
        assertEquals(2907, target.readableBytes());
        assertEquals(0, large.refCnt());
        assertEquals(0, queue.bytes());
    }

    @Test
    void aBufferIsNoLargerThanTheGapBehindWhichOneIsTaken() {
        ByteBufAllocator counting = new UnpooledByteBufAllocator(false);
        ReceiveQueue queue = new ReceiveQueue();
        ByteBuf segment = Unpooled.buffer().writeZero(1448);
        for (int i = 0; i < 100; i++) {
            queue.append(segment, 0, 1448, 2000, counting);
            queue.take(counting.directBuffer(1448).writeZero(1448), 0, counting);
        }
        long used = ((ByteBufAllocatorMetricProvider) counting).metric().usedDirectMemory();
        assertTrue(used <= 100 * (2000 + 1448), () -> "" + used);
        queue.clear();
    }
}
