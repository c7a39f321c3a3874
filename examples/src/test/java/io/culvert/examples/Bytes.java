/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What a TCP program of the tests sends and expects: so many bytes of a stream that a seed names. */
final class Bytes {
    private static final int CHUNK_BYTES = 32 * 1024;

    private Bytes() {
    }

    static void write(OutputStream out, long seed, long count) throws IOException {
        Pattern pattern = new Pattern(seed);
        byte[] chunk = new byte[CHUNK_BYTES];
        ByteBuf buffer = Unpooled.wrappedBuffer(chunk);
        while (pattern.position() < count) {
            int length = (int) Math.min(CHUNK_BYTES, count - pattern.position());
            pattern.write(buffer.clear(), length);
            out.write(chunk, 0, length);
        }
    }

    /** Reads to the end; exactly those bytes have to come before it. */
    static void expect(InputStream in, long seed, long count) throws IOException {
        Pattern pattern = new Pattern(seed);
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            ByteBuf buffer = Unpooled.wrappedBuffer(chunk, 0, length);
            pattern.match(buffer);
            assertEquals(0, buffer.readableBytes(), () -> "wrong byte at " + pattern.position());
        }
        assertEquals(count, pattern.position(), "bytes before the end");
    }
}
