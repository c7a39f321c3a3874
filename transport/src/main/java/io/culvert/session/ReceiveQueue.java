/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * The bytes received in order and not read by the application yet. Payloads are copied out of their datagrams into
 * buffers of their own, so that a small one never pins a large datagram; consecutive ones share a buffer.
 */
public final class ReceiveQueue {
    /** The largest buffer that consecutive payloads are gathered in. */
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>(4);
    private int bytes;

    /** Bytes not read yet. */
    public int bytes() {
        return bytes;
    }

    /** Appends bytes of the stream. */
    void append(ByteBuf source, int offset, int length, ByteBufAllocator allocator) {
        ByteBuf last = chunks.peekLast();
        int fitting = last == null ? 0 : Math.min(length, last.writableBytes());
        int left = length - fitting;
        if (left > 0) {
            // the first payload gets a buffer of its size, a growing backlog larger and larger ones; allocated before
            // anything is appended, since it may fail
            ByteBuf chunk = allocator.directBuffer(Math.max(left, Math.min(MAX_CHUNK_BYTES, bytes)));
            chunk.writeBytes(source, offset + fitting, left);
            chunks.add(chunk);
        }
        if (fitting > 0) {
            last.writeBytes(source, offset, fitting);
        }
        bytes += length;
    }

    /** Moves as many bytes as the target has room for. */
    public void readTo(ByteBuf target) {
        while (target.isWritable() && !chunks.isEmpty()) {
            ByteBuf chunk = chunks.peek();
            int count = Math.min(target.writableBytes(), chunk.readableBytes());
            target.writeBytes(chunk, count);
            bytes -= count;
            if (!chunk.isReadable()) {
                chunks.remove().release();
            }
        }
    }

    void clear() {
        for (ByteBuf chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
            chunk.release();
        }
        bytes = 0;
    }
}
