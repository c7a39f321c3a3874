/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
                queue.append(Unpooled.wrappedBuffer(model), to, length, Integer.MAX_VALUE, ALLOCATOR, null);
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
                queue.append(source, 0, step, Integer.MAX_VALUE, allocator, null);
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
        queue.append(datagram, 1, 3, Integer.MAX_VALUE, ALLOCATOR, null);
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

    /** An application that waits for reads of a size. */
    private static SessionOwner reader(int bytes) {
        return new SessionOwner() {
            @Override
            public void onInbox() {
            }

            @Override
            public void onRest() {
            }

            @Override
            public ByteBuf newReadBuffer(int leastBytes) {
                return leastBytes > bytes ? null : ALLOCATOR.directBuffer(bytes, bytes);
            }
        };
    }

    @Property
    void whatTheApplicationWaitsForIsCopiedOnceIntoItsBuffers(
            @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 1448) Integer> payloads,
            @ForAll @IntRange(min = 1448, max = 8192) int bufferBytes) {
        byte[] model = new byte[100_000];
        new Random(2).nextBytes(model);
        ReceiveQueue queue = new ReceiveQueue();
        SessionOwner reader = reader(bufferBytes);
        int end = 0;
        for (int length : payloads) {
            queue.append(Unpooled.wrappedBuffer(model), end, length, Integer.MAX_VALUE, ALLOCATOR, reader);
            end += length;
        }
        int at = 0;
        for (ByteBuf next = queue.pollReady(); next != null; next = queue.pollReady()) {
            assertEquals(Math.min(bufferBytes, end - at), next.readableBytes());
            assertArrayEquals(Arrays.copyOfRange(model, at, at + next.readableBytes()), ByteBufUtil.getBytes(next));
            at += next.readableBytes();
            assertEquals(end - at, queue.bytes());
            assertEquals(at, queue.totalRead());
            next.release();
        }
        assertEquals(end, at);
    }

    @Test
    void whatPilesUpIsGatheredInTheQueuesOwn() {
        ReceiveQueue queue = new ReceiveQueue();
        ByteBuf segment = Unpooled.buffer().writeZero(1448);
        queue.append(segment, 0, 1448, Integer.MAX_VALUE, ALLOCATOR, null);
        queue.append(segment, 0, 1448, Integer.MAX_VALUE, ALLOCATOR, reader(8192));
        assertEquals(0, queue.readyBuffers());
        assertNull(queue.pollReady());
        assertEquals(2896, queue.bytes());
        queue.clear();
    }

    @Test
    void whatComesBehindAFilledHoleDoesNotOvertakeIt() {
        ReceiveQueue queue = new ReceiveQueue();
        SessionOwner reader = reader(1448);
        ByteBuf segment = Unpooled.buffer().writeZero(1448);
        queue.append(segment, 0, 1448, 1448, ALLOCATOR, reader);
        queue.take(Unpooled.buffer().writeBytes(new byte[2000]), 0, ALLOCATOR);
        queue.append(segment, 0, 1448, Integer.MAX_VALUE, ALLOCATOR, reader);
        assertEquals(1, queue.readyBuffers());
        queue.pollReady().release();
        assertNull(queue.pollReady());
        assertEquals(3448, queue.bytes());
        queue.clear();
    }

    @Test
    void aBufferTooSmallForASegmentIsNotUsed() {
        ReceiveQueue queue = new ReceiveQueue();
        queue.append(Unpooled.buffer().writeZero(1448), 0, 1448, Integer.MAX_VALUE, ALLOCATOR, reader(1024));
        assertNull(queue.pollReady());
        assertEquals(1448, queue.bytes());
        queue.clear();
    }

    /** So that a reader that stops does not hold a large buffer for a few bytes. */
    @Test
    void whatIsNotReadAfterAllTakesNoMoreThanTwiceItsBytes() {
        ReceiveQueue queue = new ReceiveQueue();
        UnpooledByteBufAllocator own = new UnpooledByteBufAllocator(false);
        queue.append(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}), 0, 3, Integer.MAX_VALUE, own, reader(65536));
        queue.settle(own);
        assertEquals(3, own.metric().usedDirectMemory());
        queue.append(Unpooled.wrappedBuffer(new byte[] {4}), 0, 1, Integer.MAX_VALUE, own, null);
        ByteBuf target = Unpooled.buffer(10);
        queue.readTo(target);
        assertArrayEquals(new byte[] {1, 2, 3, 4}, ByteBufUtil.getBytes(target));
        assertEquals(0, own.metric().usedDirectMemory());
    }

    @Test
    void aBufferIsNoLargerThanTheGapBehindWhichOneIsTaken() {
        ByteBufAllocator counting = new UnpooledByteBufAllocator(false);
        ReceiveQueue queue = new ReceiveQueue();
        ByteBuf segment = Unpooled.buffer().writeZero(1448);
        for (int i = 0; i < 100; i++) {
            queue.append(segment, 0, 1448, 2000, counting, null);
            queue.take(counting.directBuffer(1448).writeZero(1448), 0, counting);
        }
        long used = ((ByteBufAllocatorMetricProvider) counting).metric().usedDirectMemory();
        assertTrue(used <= 100 * (2000 + 1448), () -> "" + used);
        queue.clear();
    }
}
