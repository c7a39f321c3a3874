/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The send queue against the plain bytes of a stream. */
final class SendQueueTest {
    private static final int FIRST = -300;

    private static byte[] stream(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }

    private static byte[] copy(SendQueue queue, int offset, int length) {
        byte[] bytes = new byte[length];
        queue.copyTo(offset, length, Unpooled.wrappedBuffer(bytes).clear());
        return bytes;
    }

    /** Steps: 0 appends, 1 releases, 2 copies. */
    @Property
    void behavesLikeAnArrayOfBytes(@ForAll @Size(max = 120) List<@IntRange(max = 2999) Integer> steps) {
        byte[] model = stream(120 * 1000);
        SendQueue queue = new SendQueue();
        queue.start(FIRST);
        List<ByteBuf> buffers = new ArrayList<>();
        int from = 0;
        int to = 0;
        for (int step : steps) {
            int amount = step / 3;
            if (step % 3 == 0) {
                ByteBuf buffer = Unpooled.buffer(amount + 3).writeZero(3).skipBytes(3).writeBytes(model, to, amount);
                buffers.add(buffer);
                queue.append(buffer);
                to += amount;
            } else if (step % 3 == 1) {
                from += Math.min(amount, to - from);
                queue.releaseTo(FIRST + from);
            } else if (to > from) {
                int offset = amount % (to - from);
                int length = Math.min(1460, to - from - offset);
                assertArrayEquals(Arrays.copyOfRange(model, from + offset, from + offset + length),
                        copy(queue, offset, length));
            }
            assertEquals(to - from, queue.bytes());
            assertEquals(FIRST + from, queue.baseSequence());
            assertEquals(FIRST + to, queue.endSequence());
            assertEquals(from, queue.totalReleased());
            assertEquals(to, queue.totalAppended());
        }
        assertArrayEquals(Arrays.copyOfRange(model, from, to), copy(queue, 0, to - from));
        queue.clear();
        buffers.forEach(buffer -> assertEquals(0, buffer.refCnt()));
    }

    @Test
    void releasesABufferWithItsLastByte() {
        SendQueue queue = new SendQueue();
        queue.start(FIRST);
        ByteBuf buffer = Unpooled.buffer().writeBytes(stream(10));
        queue.append(buffer);
        queue.releaseTo(FIRST + 9);
        assertEquals(1, buffer.refCnt());
        queue.releaseTo(FIRST + 10);
        assertEquals(0, buffer.refCnt());
    }

    @Test
    void oldAcknowledgmentsReleaseNothing() {
        SendQueue queue = new SendQueue();
        queue.start(FIRST);
        queue.append(Unpooled.buffer().writeBytes(stream(10)));
        queue.releaseTo(FIRST + 5);
        queue.releaseTo(FIRST + 3);
        assertEquals(5, queue.bytes());
        queue.clear();
    }

    @Test
    void whatIsThrownAwayDoesNotCountAsReleased() {
        SendQueue queue = new SendQueue();
        queue.start(FIRST);
        queue.append(Unpooled.buffer().writeBytes(stream(10)));
        queue.releaseTo(FIRST + 4);
        queue.clear();
        assertEquals(0, queue.bytes());
        assertEquals(4, queue.totalReleased());
    }
}
