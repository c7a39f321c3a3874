/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.PayloadSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * The bytes from SND.UNA to the end of what the application wrote, in buffers that nobody changes any more, but for the
 * room at the end of the last copy, and that are released as they are acknowledged. A ring of buffers with the stream
 * position each starts at, so that any byte is found from the place of the last look-up.
 */
public final class SendQueue implements PayloadSource {
    /** What a single small write is copied to: so little that it costs no more in each of very many sessions. */
    private static final int FIRST_CHUNK_BYTES = 256;
    /** What more of them are gathered in: some segments of 1,448 bytes, and no more than a page. */
    private static final int CHUNK_BYTES = 4096;
    private static final int FIRST_CAPACITY = 8;
    private static final ByteBuf[] NO_BUFFERS = {};
    private static final long[] NO_STARTS = {};

    private ByteBuf[] buffers = NO_BUFFERS;
    private long[] starts = NO_STARTS;
    private int head;
    private int size;
    /** Stream position of the first byte kept, counted from the first byte of the session. */
    private long base;
    private long end;
    private int baseSequence;
    /** Ring offset from head of the buffer that the last look-up ended in. */
    private int cursor;
    /** The last buffer, while it is a chunk with room. */
    private ByteBuf chunk;
    /** Whether the last buffer is a chunk without room: more of the kind is to be expected. */
    private boolean filled;

    /** Sets the sequence number of the first byte: ISS + 1. */
    void start(int firstSequence) {
        baseSequence = firstSequence;
    }

    /** Bytes kept. */
    public int bytes() {
        return (int) (end - base);
    }

    /** Bytes ever appended. */
    public long totalAppended() {
        return end;
    }

    /** Bytes ever released: acknowledged. */
    public long totalReleased() {
        return base;
    }

    /** The sequence number of the first byte kept. */
    public int baseSequence() {
        return baseSequence;
    }

    /** The sequence number after the last byte: FIN's. */
    public int endSequence() {
        return baseSequence + bytes();
    }

    /** Takes over a buffer, and its reference count, as the next bytes of the stream. Empty ones are released. */
    public void append(ByteBuf buffer) {
        if (!buffer.isReadable()) {
            buffer.release();
            return;
        }
        chunk = null;
        filled = false;
        add(buffer);
        end += buffer.readableBytes();
    }

    /**
     * Copies so many bytes as the next of the stream, behind those of the copy before where there is room: what is
     * written in many small pieces is one buffer to keep, to send from, and to release.
     */
    public void appendCopy(ByteBuf from, int count, ByteBufAllocator allocator) {
        int left = count;
        while (left > 0) {
            if (chunk == null) {
                int bytes = filled && size > 0 ? CHUNK_BYTES : Math.max(FIRST_CHUNK_BYTES, left);
                chunk = allocator.directBuffer(bytes, bytes);
                add(chunk);
                filled = false;
            }
            int part = Math.min(left, chunk.writableBytes());
            chunk.writeBytes(from, part);
            end += part;
            left -= part;
            if (!chunk.isWritable()) {
                chunk = null;
                filled = true;
            }
        }
    }

    private void add(ByteBuf buffer) {
        if (size == buffers.length) {
            grow();
        }
        int index = head + size & buffers.length - 1;
        buffers[index] = buffer;
        starts[index] = end;
        size++;
    }

    private void grow() {
        int length = buffers.length;
        int larger = Math.max(FIRST_CAPACITY, 2 * length);
        ByteBuf[] moreBuffers = new ByteBuf[larger];
        long[] moreStarts = new long[larger];
        for (int i = 0; i < size; i++) {
            moreBuffers[i] = buffers[head + i & length - 1];
            moreStarts[i] = starts[head + i & length - 1];
        }
        buffers = moreBuffers;
        starts = moreStarts;
        head = 0;
    }

    /** Releases everything before a sequence number. */
    void releaseTo(int sequence) {
        int released = sequence - baseSequence;
        if (released <= 0) {
            return;
        }
        base += released;
        baseSequence = sequence;
        while (size > 0 && starts[head] + buffers[head].readableBytes() <= base) {
            if (buffers[head] == chunk) {
                chunk = null;
            }
            buffers[head].release();
            buffers[head] = null;
            head = head + 1 & buffers.length - 1;
            size--;
            cursor = Math.max(0, cursor - 1);
        }
    }

    /** Copies bytes of the stream into a datagram; {@code offset} counts from {@link #baseSequence()}. */
    @Override
    public void copyTo(int offset, int length, ByteBuf datagram) {
        if (length == 0) {
            return;
        }
        int mask = buffers.length - 1;
        long position = base + offset;
        int at = locate(position);
        int left = length;
        while (left > 0) {
            int index = head + at & mask;
            ByteBuf buffer = buffers[index];
            int from = (int) (position - starts[index]);
            int available = buffer.readableBytes() - from;
            if (available > 0) {
                int count = Math.min(left, available);
                // by way of the source, whose allocator may have no address for others
                buffer.getBytes(buffer.readerIndex() + from, datagram, count);
                position += count;
                left -= count;
            }
            if (left > 0) {
                at++;
            }
        }
        cursor = at;
    }

    /** The ring offset of the buffer that a stream position lies in: where the last look-up ended, or by bisection. */
    private int locate(long position) {
        int mask = buffers.length - 1;
        int at = Math.min(cursor, size - 1);
        if (starts[head + at & mask] <= position
                && (at + 1 >= size || position < starts[head + at + 1 & mask])) {
            return at;
        }
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (starts[head + middle & mask] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Gives back what an empty queue does not need. */
    void rest() {
        if (size == 0) {
            buffers = NO_BUFFERS;
            starts = NO_STARTS;
            head = 0;
            cursor = 0;
        }
    }

    /** Releases everything: the session is over. */
    void clear() {
        for (int i = 0; i < size; i++) {
            buffers[head + i & buffers.length - 1].release();
        }
        Arrays.fill(buffers, null);
        chunk = null;
        size = 0;
        // what is thrown away was not released: nobody may take it for acknowledged
        end = base;
    }
}
