/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** An endless stream of bytes that any part of can be made and compared without keeping the stream. */
final class SeededPattern {
    /** A prime, so that no piece of a power-of-two length looks like another. */
    private static final int PERIOD_BYTES = 1_048_583;

    private final byte[] period = new byte[PERIOD_BYTES];
    private final ByteBuf wrapped = Unpooled.wrappedBuffer(period);

    SeededPattern(long seed) {
        new Random(seed).nextBytes(period);
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    void writeTo(ByteBuf target, long position, int length) {
        int from = (int) (position % PERIOD_BYTES);
        int first = Math.min(length, PERIOD_BYTES - from);
        target.writeBytes(period, from, first).writeBytes(period, 0, length - first);
    }

    /** Fails unless the readable bytes are those at the position. */
    void assertIsAt(long position, ByteBuf data) {
        int length = data.readableBytes();
        int from = (int) (position % PERIOD_BYTES);
        int first = Math.min(length, PERIOD_BYTES - from);
        int start = data.readerIndex();
        assertTrue(ByteBufUtil.equals(data, start, wrapped, from, first)
                && ByteBufUtil.equals(data, start + first, wrapped, 0, length - first),
                () -> "wrong bytes among the " + length + " at " + position);
    }
}
