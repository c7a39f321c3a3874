/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
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

    /** Steps: 0 appends, 1 releases, 2 copies, 3 appends a copy. */
    @Property
    void behavesLikeAnArrayOfBytes(@ForAll @Size(max = 120) List<@IntRange(max = 3999) Integer> steps) {
        byte[] model = stream(120 * 1000);
        SendQueue queue = started();
        List<ByteBuf> buffers = new ArrayList<>();
        UnpooledByteBufAllocator chunks = new UnpooledByteBufAllocator(true, true);
        int from = 0;
        int to = 0;
        for (int step : steps) {
            int amount = step / 4;
            if (step % 4 == 0) {
                ByteBuf buffer = Unpooled.buffer(amount + 3).writeZero(3).skipBytes(3).writeBytes(model, to, amount);
                buffers.add(buffer);
                queue.append(buffer);
                to += amount;
            } else if (step % 4 == 1) {
                from += Math.min(amount, to - from);
                queue.releaseTo(FIRST + from);
            } else if (step % 4 == 3) {
                queue.appendCopy(Unpooled.wrappedBuffer(model, to, amount), amount, chunks);
                to += amount;
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
        assertEquals(0, chunks.metric().usedDirectMemory());
    }

    @Test
    void manySmallWritesAreFewBuffers() {
        UnpooledByteBufAllocator chunks = new UnpooledByteBufAllocator(true, true);
        SendQueue queue = started();
        for (int i = 0; i < 512; i++) {
            queue.appendCopy(Unpooled.wrappedBuffer(stream(2048), 4 * i, 4), 4, chunks);
        }
        assertEquals(256 + 4096, chunks.metric().usedDirectMemory());
        assertArrayEquals(stream(2048), copy(queue, 0, 2048));
        queue.releaseTo(FIRST + 2048);
        assertEquals(0, chunks.metric().usedDirectMemory());
    }

    @Test
    void aSingleSmallWriteTakesLittle() {
        UnpooledByteBufAllocator chunks = new UnpooledByteBufAllocator(true, true);
        SendQueue queue = started();
        queue.appendCopy(Unpooled.wrappedBuffer(stream(64)), 64, chunks);
        assertEquals(256, chunks.metric().usedDirectMemory());
        queue.releaseTo(FIRST + 64);
        queue.appendCopy(Unpooled.wrappedBuffer(stream(1000)), 1000, chunks);
        assertEquals(1000, chunks.metric().usedDirectMemory());
        queue.clear();
    }

    // a frame of HTTP/2: a header of 9 bytes is copied, its payload is not
    @Test
    void soDoSmallWritesBetweenLargeOnes() {
        UnpooledByteBufAllocator chunks = new UnpooledByteBufAllocator(true, true);
        SendQueue queue = started();
        for (int frame = 0; frame < 10; frame++) {
            queue.appendCopy(Unpooled.wrappedBuffer(stream(9)), 9, chunks);
            queue.append(Unpooled.wrappedBuffer(stream(2000)));
        }
        assertEquals(10 * 256, chunks.metric().usedDirectMemory());
        queue.clear();
        assertEquals(0, chunks.metric().usedDirectMemory());
    }

    @Test
    void aCopyIsNeverAppendedToABufferOfTheWriter() {
        UnpooledByteBufAllocator chunks = new UnpooledByteBufAllocator(true, true);
        SendQueue queue = started();
        ByteBuf kept = Unpooled.buffer(100).writeBytes(stream(10));
        queue.appendCopy(Unpooled.wrappedBuffer(stream(10)), 10, chunks);
        queue.append(kept);
        queue.appendCopy(Unpooled.wrappedBuffer(stream(10)), 10, chunks);
        assertEquals(10, kept.readableBytes());
        assertEquals(30, queue.bytes());
        for (int offset : new int[] {0, 10, 20}) {
            assertArrayEquals(stream(10), copy(queue, offset, 10));
        }
        queue.clear();
    }

    @Test
    void releasesABufferWithItsLastByte() {
        SendQueue queue = started();
        ByteBuf buffer = Unpooled.buffer().writeBytes(stream(10));
        queue.append(buffer);
        queue.releaseTo(FIRST + 9);
        assertEquals(1, buffer.refCnt());
        queue.releaseTo(FIRST + 10);
        assertEquals(0, buffer.refCnt());
    }

    @Test
    void oldAcknowledgmentsReleaseNothing() {
        SendQueue queue = started();
        queue.append(Unpooled.buffer().writeBytes(stream(10)));
        queue.releaseTo(FIRST + 5);
        queue.releaseTo(FIRST + 3);
        assertEquals(5, queue.bytes());
        queue.clear();
    }

    @Test
    void whatIsThrownAwayDoesNotCountAsReleased() {
        SendQueue queue = started();
        queue.append(Unpooled.buffer().writeBytes(stream(10)));
        queue.releaseTo(FIRST + 4);
        queue.clear();
        assertEquals(0, queue.bytes());
        assertEquals(4, queue.totalReleased());
    }

    private static SendQueue started() {
        SendQueue queue = new SendQueue();
        queue.start(FIRST);
        return queue;
    }
}
