/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OwnershipTest {
    static Stream<ByteBufAllocator> allocators() {
        return Stream.of(PooledByteBufAllocator.DEFAULT, new AdaptiveByteBufAllocator(true),
                new UnpooledByteBufAllocator(true));
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void aDirectBufferWithOneReferenceIsExclusive(ByteBufAllocator allocator) {
        assertExclusive(true, allocator.directBuffer(64).writeLong(1));
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void aBufferThatSomebodyElseHoldsIsNot(ByteBufAllocator allocator) {
        ByteBuf buffer = allocator.directBuffer(64).writeLong(1).retain();
        assertExclusive(false, buffer);
        assertExclusive(true, buffer);
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void aSliceOfABufferThatSomebodyElseHoldsIsNot(ByteBufAllocator allocator) {
        ByteBuf buffer = allocator.directBuffer(64).writeLong(1);
        assertExclusive(false, buffer.retainedSlice(0, 4));
        buffer.release();
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void aSliceThatIsAllThatIsHeldIsExclusive(ByteBufAllocator allocator) {
        ByteBuf buffer = allocator.directBuffer(64).writeLong(1);
        ByteBuf slice = buffer.readRetainedSlice(4);
        buffer.release();
        assertExclusive(true, slice);
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void memoryOnTheHeapMayBeAnArrayOfTheWriters(ByteBufAllocator allocator) {
        assertExclusive(false, allocator.heapBuffer(64).writeLong(1));
    }

    @Test
    void wrappedMemoryIsTheWriters() {
        assertExclusive(false, Unpooled.wrappedBuffer(new byte[8]));
        assertExclusive(false, Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(8)));
        assertExclusive(false, Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(8).asReadOnlyBuffer()));
    }

    @Test
    void theComponentsOfACompositeMayBeShared() {
        ByteBuf component = Unpooled.directBuffer(8).writeLong(1);
        assertExclusive(false, Unpooled.compositeBuffer().addComponent(true, component));
    }

    private static void assertExclusive(boolean exclusive, ByteBuf buffer) {
        if (exclusive) {
            assertTrue(Ownership.isExclusive(buffer), buffer::toString);
        } else {
            assertFalse(Ownership.isExclusive(buffer), buffer::toString);
        }
        buffer.release();
    }
}
