/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

import io.culvert.segment.SequenceNumber;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Bytes received ahead of a hole, as runs without a hole in them, in the order of their sequence numbers. What is held
 * first stays; an overlapping segment only fills the gaps. Payloads are copied out of their datagrams, those that
 * follow each other into a common buffer that grows with its run, so that a run of bytes takes at most twice their
 * memory. Runs are found by bisection, at the end of the queue at once.
 */
public final class ReassemblyQueue {
    /** What the objects of a run, or of a buffer in it, add to its bytes; no less than on a 64-bit machine. */
    static final int OVERHEAD_BYTES = 128;

    /** The largest buffer that consecutive payloads are gathered in. */
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final int FIRST_CAPACITY = 8;
    private static final Run[] NONE = {};

    private static final class Chunk {
        final ByteBuf data;
        Chunk next;

        Chunk(ByteBuf data) {
            this.data = data;
        }
    }

    /** {@code [start, end)}; the chunks hold exactly these bytes, or there are none because the input is discarded. */
    private static final class Run {
        int start;
        int end;
        Chunk first;
        Chunk last;

        Run(int start) {
            this.start = start;
            end = start;
        }
    }

    /** From {@code head} on, {@code size} of them. No two touch. */
    private Run[] runs = NONE;
    private int head;
    private int size;
    private int bytes;
    private long memoryBytes;
    private boolean discarding;

    /** Bytes held. */
    public int bytes() {
        return bytes;
    }

    /** Memory taken, whatever the bytes are worth: buffers at their full size and the objects around them. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Whether there is no hole. */
    public boolean isEmpty() {
        return size == 0;
    }

    // ---- what is held

    /** The first number from {@code start} on that is held; {@code end} when there is none before it. */
    int firstHeld(int start, int end) {
        int index = firstEndingAt(start + 1);
        return index == size ? end : SequenceNumber.min(end, SequenceNumber.max(start, run(index).start));
    }

    /** How many bytes are missing from a number on, which is not held, before the next one that is. */
    int gapAt(int sequence) {
        int index = firstEndingAt(sequence + 1);
        return index == size ? Integer.MAX_VALUE : run(index).start - sequence;
    }

    /** Where the run begins that a number lies in or at the end of; the number itself when there is none. */
    int runStart(int sequence) {
        int index = firstEndingAt(sequence);
        return index == size ? sequence : SequenceNumber.min(sequence, run(index).start);
    }

    /** The number after the run that a number lies in; the number itself when there is none. */
    int runEnd(int sequence) {
        int index = firstEndingAt(sequence + 1);
        return index == size || greaterThan(run(index).start, sequence) ? sequence : run(index).end;
    }

    private Run run(int index) {
        return runs[head + index];
    }

    /** The index of the first run that ends at a number or behind it, {@code size} when there is none. */
    private int firstEndingAt(int sequence) {
        int low = 0;
        int high = size;
        // what is new mostly lies at the end
        if (size > 0 && lessThan(run(size - 1).end, sequence)) {
            return size;
        }
        if (size > 1 && lessThan(run(size - 2).end, sequence)) {
            return size - 1;
        }
        while (low < high) {
            int middle = low + high >>> 1;
            if (lessThan(run(middle).end, sequence)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // ---- what comes in

    /**
     * Keeps what of a segment is not held yet. The caller has cut it to the window.
     *
     * @param start the sequence number of its first byte
     * @param end the sequence number after its last byte
     * @param source where its bytes lie
     * @param offset where in {@code source} the byte {@code start} lies
     * @return whether any byte was new
     */
    boolean insert(int start, int end, ByteBuf source, int offset, ByteBufAllocator allocator) {
        int index = firstEndingAt(start);
        if (index == size || greaterThan(run(index).start, end)) {
            Run run = new Run(start);
            append(run, source, offset, end - start, 0, allocator);
            add(index, run);
            return true;
        }
        Run run = run(index);
        boolean news = false;
        if (lessThan(start, run.start)) {
            prepend(run, source, offset, run.start - start, allocator);
            news = true;
        }
        while (lessThan(run.end, end)) {
            Run next = index + 1 < size ? run(index + 1) : null;
            int to = next == null ? end : SequenceNumber.min(end, next.start);
            int gap = next == null ? Integer.MAX_VALUE : next.start - run.end;
            append(run, source, offset + (run.end - start), to - run.end, gap, allocator);
            if (next != null && next.start == run.end) {
                join(run, next);
                remove(index + 1);
            }
            news = true;
        }
        return news;
    }

    /** Lengthens a run. A new buffer is as large as the run is by now, but no larger than the gap behind it. */
    private void append(Run run, ByteBuf source, int offset, int length, int gap, ByteBufAllocator allocator) {
        if (!discarding) {
            int fitting = run.last == null ? 0 : Math.min(length, run.last.data.writableBytes());
            int left = length - fitting;
            // allocated before anything is written, since it may fail
            int room = Math.min(Math.min(MAX_CHUNK_BYTES, run.end - run.start), gap - fitting);
            Chunk chunk = left == 0 ? null : newChunk(Math.max(left, room), allocator);
            if (fitting > 0) {
                source.getBytes(offset, run.last.data, fitting);
            }
            if (chunk != null) {
                source.getBytes(offset + fitting, chunk.data, left);
                if (run.last == null) {
                    run.first = chunk;
                } else {
                    run.last.next = chunk;
                }
                run.last = chunk;
            }
            bytes += length;
        }
        run.end += length;
    }

    private void prepend(Run run, ByteBuf source, int offset, int length, ByteBufAllocator allocator) {
        if (!discarding) {
            Chunk chunk = newChunk(length, allocator);
            source.getBytes(offset, chunk.data, length);
            chunk.next = run.first;
            run.first = chunk;
            if (run.last == null) {
                run.last = chunk;
            }
            bytes += length;
        }
        run.start -= length;
    }

    private static void join(Run run, Run next) {
        if (run.last == null) {
            run.first = next.first;
            run.last = next.last;
        } else if (next.last != null) {
            run.last.next = next.first;
            run.last = next.last;
        }
        run.end = next.end;
    }

    private Chunk newChunk(int capacity, ByteBufAllocator allocator) {
        ByteBuf data = allocator.directBuffer(capacity);
        memoryBytes += data.capacity() + OVERHEAD_BYTES;
        return new Chunk(data);
    }

    private void add(int index, Run run) {
        if (head + size == runs.length) {
            // half of it free at the front is worth moving, otherwise it grows
            Run[] target = head > runs.length / 2 ? runs : new Run[Math.max(FIRST_CAPACITY, 2 * runs.length)];
            System.arraycopy(runs, head, target, 0, size);
            if (target == runs) {
                Arrays.fill(runs, size, head + size, null);
            }
            runs = target;
            head = 0;
        }
        System.arraycopy(runs, head + index, runs, head + index + 1, size - index);
        runs[head + index] = run;
        size++;
        memoryBytes += OVERHEAD_BYTES;
    }

    private void remove(int index) {
        if (index == 0) {
            runs[head++] = null;
        } else {
            System.arraycopy(runs, head + index + 1, runs, head + index, size - index - 1);
            runs[head + size - 1] = null;
        }
        size--;
        memoryBytes -= OVERHEAD_BYTES;
        if (size == 0) {
            head = 0;
        }
    }

    /** Gives back what an empty queue does not need. */
    void rest() {
        if (size == 0) {
            runs = NONE;
        }
    }

    // ---- what goes out

    /** Whether what is held first is no longer behind a hole. */
    boolean isReady(int rcvNxt) {
        return size > 0 && lessOrEqual(run(0).start, rcvNxt);
    }

    /**
     * Moves one buffer of what is no longer behind a hole to the receive queue, and drops what is there already.
     *
     * @return RCV.NXT after it
     */
    int moveTo(ReceiveQueue target, int rcvNxt, ByteBufAllocator allocator) {
        Run run = run(0);
        Chunk chunk = run.first;
        int nxt = rcvNxt;
        if (chunk == null) {
            nxt = SequenceNumber.max(nxt, run.end);
            run.start = run.end;
        } else {
            int length = chunk.data.readableBytes();
            int capacity = chunk.data.capacity();
            int known = Math.min(length, nxt - run.start);
            if (known < length) {
                target.take(chunk.data, known, allocator);
                nxt = run.start + length;
            } else {
                chunk.data.release();
            }
            forgetFirst(run, length, capacity);
        }
        if (run.start == run.end) {
            remove(0);
        }
        return nxt;
    }

    private void forgetFirst(Run run, int length, int capacity) {
        run.first = run.first.next;
        if (run.first == null) {
            run.last = null;
        }
        run.start += length;
        bytes -= length;
        memoryBytes -= capacity + OVERHEAD_BYTES;
    }

    /** Drops what lies at a sequence number or behind it: the peer's FIN stands there. */
    void cutAt(int sequence) {
        while (size > 0 && greaterThan(run(size - 1).end, sequence)) {
            Run run = run(size - 1);
            if (greaterOrEqual(run.start, sequence)) {
                release(run);
                remove(size - 1);
            } else {
                cut(run, sequence);
            }
        }
    }

    private void cut(Run run, int sequence) {
        int at = run.start;
        Chunk chunk = run.first;
        run.end = sequence;
        while (chunk != null) {
            int keep = sequence - at;
            int length = chunk.data.readableBytes();
            if (keep <= length) {
                bytes -= length - keep;
                chunk.data.writerIndex(chunk.data.readerIndex() + keep);
                releaseFrom(chunk.next);
                chunk.next = null;
                run.last = chunk;
            }
            at += length;
            chunk = chunk.next;
        }
    }

    private void release(Run run) {
        releaseFrom(run.first);
        run.first = null;
        run.last = null;
    }

    private void releaseFrom(Chunk first) {
        for (Chunk chunk = first; chunk != null; chunk = chunk.next) {
            bytes -= chunk.data.readableBytes();
            memoryBytes -= chunk.data.capacity() + OVERHEAD_BYTES;
            chunk.data.release();
        }
    }

    /**
     * Drops every byte, and those to come, but remembers which they were: RFC 2018 section 8 allows a receiver to
     * forget what it has reported, at the price of a peer that waits for its retransmission timer.
     */
    void discard() {
        discarding = true;
        for (int i = 0; i < size; i++) {
            release(run(i));
        }
    }

    void clear() {
        while (size > 0) {
            release(run(size - 1));
            remove(size - 1);
        }
    }
}
