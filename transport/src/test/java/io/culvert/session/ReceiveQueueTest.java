/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
                queue.append(Unpooled.wrappedBuffer(model), to, length, ALLOCATOR);
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

    @Test
    void copiesWhatItIsGiven() {
        ReceiveQueue queue = new ReceiveQueue();
        ByteBuf datagram = Unpooled.copiedBuffer(new byte[] {9, 1, 2, 3, 9});
        queue.append(datagram, 1, 3, ALLOCATOR);
        assertEquals(1, datagram.refCnt());
        datagram.setZero(0, 5);
        ByteBuf target = Unpooled.buffer(10);
        queue.readTo(target);
        assertArrayEquals(new byte[] {1, 2, 3}, ByteBufUtil.getBytes(target));
    }
}
