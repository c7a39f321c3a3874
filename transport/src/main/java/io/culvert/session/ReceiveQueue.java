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
    /** The least payload that stays in the buffer it was gathered in. */
    private static final int LEAST_CHUNK_BYTES = 1024;

    private static final int FIRST_CAPACITY = 4;
    /** Shared by all queues that hold nothing: nothing is ever added to it. */
    private static final ArrayDeque<ByteBuf> NO_CHUNKS = new ArrayDeque<>(0);

    private ArrayDeque<ByteBuf> chunks = NO_CHUNKS;
    private int bytes;
    private long totalRead;

    /** Bytes not read yet. */
    public int bytes() {
        return bytes;
    }

    /** Bytes ever read. */
    long totalRead() {
        return totalRead;
    }

    /**
     * Appends bytes of the stream.
     *
     * @param gap how many bytes at most will be appended before a buffer is {@link #take taken}, these included
     */
    void append(ByteBuf source, int offset, int length, int gap, ByteBufAllocator allocator) {
        ByteBuf last = chunks.peekLast();
        int fitting = last == null ? 0 : Math.min(length, last.writableBytes());
        int left = length - fitting;
        if (left > 0) {
            // the first payload gets a buffer of its size, a growing backlog larger ones of at most half of it: what is
            // read of the first buffer and not written of the last never comes to more than the receive buffer.
            // Allocated before anything is appended, since it may fail
            int room = Math.min(Math.min(MAX_CHUNK_BYTES, bytes / 2), gap - fitting);
            ByteBuf chunk = allocator.directBuffer(Math.max(left, room));
            chunk.writeBytes(source, offset + fitting, left);
            add(chunk);
        }
        if (fitting > 0) {
            last.writeBytes(source, offset, fitting);
        }
        bytes += length;
    }

    /**
     * Appends a buffer of the stream, which becomes the queue's own if it is worth one; a smaller one is copied, so
     * that a few bytes never take much more.
     *
     * @param skip how many bytes at its beginning do not count
     */
    void take(ByteBuf chunk, int skip, ByteBufAllocator allocator) {
        int length = chunk.readableBytes() - skip;
        if (length < LEAST_CHUNK_BYTES) {
            append(chunk, chunk.readerIndex() + skip, length, LEAST_CHUNK_BYTES, allocator);
            chunk.release();
        } else {
            add(chunk.skipBytes(skip));
            bytes += length;
        }
    }

    private void add(ByteBuf chunk) {
        if (chunks == NO_CHUNKS) {
            chunks = new ArrayDeque<>(FIRST_CAPACITY);
        }
        chunks.add(chunk);
    }

    /** Gives back what an empty queue does not need. */
    void rest() {
        if (chunks.isEmpty()) {
            chunks = NO_CHUNKS;
        }
    }

    /** Moves as many bytes as the target has room for. */
    public void readTo(ByteBuf target) {
        while (target.isWritable() && !chunks.isEmpty()) {
            ByteBuf chunk = chunks.peek();
            int count = Math.min(target.writableBytes(), chunk.readableBytes());
            target.writeBytes(chunk, count);
            bytes -= count;
            totalRead += count;
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
