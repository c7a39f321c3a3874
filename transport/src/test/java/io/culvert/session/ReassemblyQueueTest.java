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
        }
        // what comes in order up to the edge lets all that joins it through, and what lies left of the edge goes
        ReceiveQueue target = new ReceiveQueue();
        int nxt = reassembly.drainTo(target, FIRST + edge, ALLOCATOR) - FIRST;
        assertEquals(known.nextClearBit(edge), nxt);
        assertEquals(known.get(nxt, WINDOW).cardinality(), reassembly.bytes());
        ByteBuf read = Unpooled.buffer(WINDOW);
        target.readTo(read);
        assertArrayEquals(Arrays.copyOfRange(model, edge, nxt), ByteBufUtil.getBytes(read));
        reassembly.clear();
        assertTrue(reassembly.isEmpty());
        assertEquals(0, reassembly.bytes());
    }

    @Test
    void whatIsHeldFirstStays() {
        insert(10, 20, 1);
        assertTrue(insert(5, 25, 2));
        assertFalse(insert(5, 25, 3));
        assertEquals(FIRST + 25, queue.drainTo(received, FIRST + 5, ALLOCATOR));
        byte[] expected = new byte[20];
        Arrays.fill(expected, (byte) 2);
        Arrays.fill(expected, 5, 15, (byte) 1);
        assertArrayEquals(expected, read());
    }

    @Test
    void whatDoesNotJoinStays() {
        insert(10, 20, 1);
        assertEquals(FIRST + 9, queue.drainTo(received, FIRST + 9, ALLOCATOR));
        assertEquals(10, queue.bytes());
        queue.clear();
    }

    @Test
    void holdsABoundedNumberOfPieces() {
        for (int i = 0; i < 2 * ReassemblyQueue.MAX_PIECES; i++) {
            assertEquals(i < ReassemblyQueue.MAX_PIECES, insert(2 * i + 1, 2 * i + 2, 1));
        }
        assertEquals(ReassemblyQueue.MAX_PIECES, queue.bytes());
        queue.clear();
    }
}
