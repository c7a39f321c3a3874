/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The reassembly queue against an array in which each byte is written by the first segment that has it. */
final class ReassemblyQueueTest {
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false);
    private static final int FIRST = -500;
    private static final int WINDOW = 1000;

    private final ReassemblyQueue queue = new ReassemblyQueue();
    private final ReceiveQueue received = new ReceiveQueue();

    private boolean insert(int from, int to, int value) {
        byte[] bytes = new byte[to - from + 2];
        Arrays.fill(bytes, (byte) value);
        return queue.insert(FIRST + from, FIRST + to, Unpooled.wrappedBuffer(bytes), 2, ALLOCATOR);
    }

    private static int drain(ReassemblyQueue queue, ReceiveQueue target, int rcvNxt) {
        int nxt = rcvNxt;
        while (queue.isReady(nxt)) {
            nxt = queue.moveTo(target, nxt, ALLOCATOR);
        }
        return nxt;
    }

    private byte[] read() {
        ByteBuf target = Unpooled.buffer(2 * WINDOW);
        received.readTo(target);
        return ByteBufUtil.getBytes(target);
    }

    /** Each step is a segment: where it begins, how long it is, told apart by its value. */
    @Property
    void keepsEachByteOnce(@ForAll @Size(max = 60) List<@IntRange(max = 99_999) Integer> steps,
            @ForAll @IntRange(min = 1, max = 999) int edge) {
        ReassemblyQueue reassembly = new ReassemblyQueue();
        byte[] model = new byte[WINDOW];
        BitSet known = new BitSet(WINDOW);
        int value = 0;
        for (int step : steps) {
            value++;
            int from = 1 + step % (WINDOW - 1);
            int to = Math.min(WINDOW, from + 1 + step / 1000);
            byte[] bytes = new byte[to - from];
            Arrays.fill(bytes, (byte) value);
            int before = known.cardinality();
            for (int i = from; i < to; i++) {
                if (!known.get(i)) {
                    known.set(i);
                    model[i] = (byte) value;
                }
            }
            boolean news = reassembly.insert(FIRST + from, FIRST + to, Unpooled.wrappedBuffer(bytes), 0, ALLOCATOR);
            assertEquals(known.cardinality() > before, news);
            assertEquals(known.cardinality(), reassembly.bytes());
            assertEquals(known.isEmpty(), reassembly.isEmpty());
            assertHolds(reassembly, known, 1 + (step * 7) % (WINDOW - 1));
        }
        // what comes in order up to the edge lets all that joins it through, and what lies left of the edge goes
        ReceiveQueue target = new ReceiveQueue();
        int nxt = drain(reassembly, target, FIRST + edge) - FIRST;
        assertEquals(known.nextClearBit(edge), nxt);
        assertEquals(known.get(nxt, WINDOW).cardinality(), reassembly.bytes());
        ByteBuf read = Unpooled.buffer(WINDOW);
        target.readTo(read);
        assertArrayEquals(Arrays.copyOfRange(model, edge, nxt), ByteBufUtil.getBytes(read));
        assertTrue(reassembly.memoryBytes() >= reassembly.bytes());
        reassembly.clear();
        assertTrue(reassembly.isEmpty());
        assertEquals(0, reassembly.bytes());
        assertEquals(0, reassembly.memoryBytes());
    }

    /** What the queue says of a number and of a range that begins there is what the bytes known say. */
    private static void assertHolds(ReassemblyQueue reassembly, BitSet known, int at) {
        int next = known.nextSetBit(at);
        int end = Math.min(WINDOW, at + 50);
        assertEquals(next < 0 ? end : Math.min(end, next), reassembly.firstHeld(FIRST + at, FIRST + end) - FIRST);
        assertEquals(known.get(at) ? known.nextClearBit(at) : at, reassembly.runEnd(FIRST + at) - FIRST);
        // a run that ends here counts
        assertEquals(known.get(at - 1) ? known.previousClearBit(at - 1) + 1 : at,
                reassembly.runStart(FIRST + at) - FIRST);
    }

    @Property(tries = 300)
    void cutsAnywhere(@ForAll @Size(max = 20) List<@IntRange(max = 99_999) Integer> steps,
            @ForAll @IntRange(min = 1, max = 999) int edge) {
        ReassemblyQueue reassembly = new ReassemblyQueue();
        BitSet known = new BitSet(WINDOW);
        byte[] model = new byte[WINDOW];
        new Random(1).nextBytes(model);
        for (int step : steps) {
            int from = 1 + step % (WINDOW - 1);
            int to = Math.min(WINDOW, from + 1 + step / 1000);
            known.set(from, to);
            reassembly.insert(FIRST + from, FIRST + to, Unpooled.wrappedBuffer(model), from, ALLOCATOR);
        }
        reassembly.cutAt(FIRST + edge);
        known.clear(edge, WINDOW);
        assertEquals(known.cardinality(), reassembly.bytes());
        assertEquals(known.isEmpty(), reassembly.isEmpty());
        int nxt = 1;
        for (int from = known.nextSetBit(0); from >= 0; from = known.nextSetBit(nxt)) {
            ReceiveQueue target = new ReceiveQueue();
            nxt = drain(reassembly, target, FIRST + from) - FIRST;
            assertEquals(known.nextClearBit(from), nxt);
            ByteBuf read = Unpooled.buffer(WINDOW);
            target.readTo(read);
            assertArrayEquals(Arrays.copyOfRange(model, from, nxt), ByteBufUtil.getBytes(read));
        }
        assertEquals(0, reassembly.memoryBytes());
    }

    @Test
    void remembersWhichBytesItDiscards() {
        insert(10, 20, 1);
        queue.discard();
        assertEquals(0, queue.bytes());
        assertFalse(queue.isEmpty());
        assertTrue(insert(25, 30, 2));
        assertTrue(insert(20, 26, 2));
        assertTrue(insert(5, 12, 2));
        assertFalse(insert(5, 30, 2));
        assertEquals(ReassemblyQueue.OVERHEAD_BYTES, queue.memoryBytes());
        assertEquals(FIRST + 30, drain(queue, received, FIRST + 7));
        assertEquals(0, received.bytes());
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.memoryBytes());
    }

    @Test
    void aRunTakesAtMostTwiceItsBytes() {
        int to = 1;
        for (int length : new int[] {1, 100, 3, 1448, 7, 9000, 60_000, 1, 1, 40_000}) {
            insert(to, to + length, 1);
            to += length;
            long overhead = ReassemblyQueue.OVERHEAD_BYTES * 10;
            assertTrue(queue.memoryBytes() <= 2L * queue.bytes() + overhead, () -> "" + queue.memoryBytes());
        }
        queue.clear();
    }

    @Test
    void smallPayloadsThatFollowEachOtherShareBuffers() {
        for (int i = 0; i < 10_000; i++) {
            insert(100 + 10 * i, 110 + 10 * i, 1);
        }
        assertTrue(queue.memoryBytes() < 2 * 100_000 + 20 * ReassemblyQueue.OVERHEAD_BYTES);
        queue.clear();
    }

    @Test
    void aFilledHoleTakesNoMoreThanItself() {
        int segment = 1448;
        for (int first = 2; first >= 1; first--) {
            for (int i = first; i < 400; i += 2) {
                insert(i * segment, (i + 1) * segment, 1);
            }
        }
        assertEquals(399 * segment, queue.bytes());
        assertTrue(queue.memoryBytes() < 1.2 * queue.bytes(), () -> queue.memoryBytes() + " for " + queue.bytes());
        queue.clear();
    }

    @Test
    void aByteAloneCountsForWhatItTakes() {
        insert(10, 11, 1);
        insert(20, 21, 1);
        assertEquals(2 * (1 + 2 * ReassemblyQueue.OVERHEAD_BYTES), queue.memoryBytes());
        queue.clear();
    }

    @Test
    void whatIsHeldFirstStays() {
        insert(10, 20, 1);
        assertTrue(insert(5, 25, 2));
        assertFalse(insert(5, 25, 3));
        assertEquals(FIRST + 25, drain(queue, received, FIRST + 5));
        byte[] expected = new byte[20];
        Arrays.fill(expected, (byte) 2);
        Arrays.fill(expected, 5, 15, (byte) 1);
        assertArrayEquals(expected, read());
    }

    @Test
    void whatDoesNotJoinStays() {
        insert(10, 20, 1);
        assertEquals(FIRST + 9, drain(queue, received, FIRST + 9));
        assertEquals(10, queue.bytes());
        queue.clear();
    }
}
