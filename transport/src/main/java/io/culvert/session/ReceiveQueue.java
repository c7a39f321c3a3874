/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * The bytes received in order and not read by the application yet. Payloads are copied out of their datagrams, so that
 * a small one never pins a large buffer; consecutive ones share a buffer. While the application waits for them that is
 * the one it will be given, and they are not copied again; what piles up has buffers of its own.
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
    /** How many of them, the first, are the application's own. */
    private int ready;
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
     * @param owner whose buffers are used as long as there is nothing else to be read; {@code null} for nobody's
     */
    void append(ByteBuf source, int offset, int length, int gap, ByteBufAllocator allocator, SessionOwner owner) {
        ByteBuf last = chunks.peekLast();
        int fitting = last == null ? 0 : Math.min(length, last.writableBytes());
        int left = length - fitting;
        if (left > 0) {
            // allocated before anything is appended, since it may fail; getBytes makes no objects, writeBytes may
            ByteBuf chunk = owner == null || ready < chunks.size() ? null : owner.newReadBuffer(left);
            if (chunk != null) {
                ready++;
            } else {
                // the first payload gets a buffer of its size, a growing backlog larger ones of at most half of it:
                // what is read of the first and not written of the last never comes to more than the receive buffer
                int room = Math.min(Math.min(MAX_CHUNK_BYTES, bytes / 2), gap - fitting);
                chunk = allocator.directBuffer(Math.max(left, room));
            }
            source.getBytes(offset + fitting, chunk, left);
            add(chunk);
        }
        if (fitting > 0) {
            source.getBytes(offset, last, fitting);
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
            append(chunk, chunk.readerIndex() + skip, length, LEAST_CHUNK_BYTES, allocator, null);
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

    /** How many buffers wait that are the application's own. */
    public int readyBuffers() {
        return ready;
    }

    /** Takes the first buffer if it is the application's own; otherwise {@code null}. */
    public ByteBuf pollReady() {
        if (ready == 0) {
            return null;
        }
        ready--;
        ByteBuf chunk = chunks.remove();
        bytes -= chunk.readableBytes();
        totalRead += chunk.readableBytes();
        return chunk;
    }

    /** The application has waited and does not read now: gives back what is free of the last buffer, if it is much. */
    public void settle(ByteBufAllocator allocator) {
        ByteBuf last = chunks.peekLast();
        if (ready == 0 || ready < chunks.size() || last.writableBytes() <= last.readableBytes()) {
            return;
        }
        ByteBuf copy = allocator.directBuffer(last.readableBytes());
        last.getBytes(last.readerIndex(), copy, last.readableBytes());
        chunks.removeLast().release();
        ready--;
        chunks.add(copy);
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
                ready = Math.max(0, ready - 1);
                chunks.remove().release();
            }
        }
    }

    void clear() {
        for (ByteBuf chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
            chunk.release();
        }
        bytes = 0;
        ready = 0;
    }
}
