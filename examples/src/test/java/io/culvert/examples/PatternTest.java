/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PatternTest {
    private static final int SIZE = 1000;

    @Test
    void isTheSameHoweverItIsCut() {
        ByteBuf whole = Unpooled.buffer();
        new Pattern(1).write(whole, SIZE);
        ByteBuf cut = Unpooled.buffer();
        Pattern pieces = new Pattern(1);
        for (int length = 0; cut.writerIndex() < SIZE; length = (length + 5) % 13) {
            pieces.write(cut, Math.min(length, SIZE - cut.writerIndex()));
        }
        assertEquals(whole, cut);
    }

    @Test
    void matchesHoweverItIsCut() {
        ByteBuf whole = Unpooled.buffer();
        new Pattern(1).write(whole, SIZE);
        Pattern matching = new Pattern(1);
        for (int length = 1; whole.isReadable(); length = length % 13 + 1) {
            ByteBuf piece = whole.readSlice(Math.min(length, whole.readableBytes()));
            matching.match(piece);
            assertFalse(piece.isReadable());
        }
        assertEquals(SIZE, matching.position());
    }

    @Test
    void stopsAtTheFirstWrongByteWhereverItIs() {
        for (int wrong = 0; wrong < 32; wrong++) {
            ByteBuf bytes = Unpooled.buffer();
            new Pattern(1).write(bytes, 32);
            bytes.setByte(wrong, bytes.getByte(wrong) ^ 1);
            Pattern matching = new Pattern(1);
            matching.match(bytes);
            assertEquals(wrong, matching.position());
            assertEquals(32 - wrong, bytes.readableBytes());
        }
    }
}
