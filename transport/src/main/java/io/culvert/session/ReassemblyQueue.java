/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

import io.culvert.segment.SequenceNumber;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Bytes received ahead of a hole: disjoint pieces in the order of their sequence numbers. What is held first stays;
 * an overlapping segment only fills the gaps. Memory is bounded by the window, and by {@link #MAX_PIECES} pieces.
 */
public final class ReassemblyQueue {
    /** The most pieces held; a segment that would need more is left to be sent again. */
    static final int MAX_PIECES = 1024;

    private static final class Piece {
        final int start;
        int end;
        final ByteBuf data;
        Piece previous;
        Piece next;

        Piece(int start, int end, ByteBuf data) {
            this.start = start;
            this.end = end;
            this.data = data;
        }
    }

    private Piece first;
    private Piece last;
    private int pieces;
    private int bytes;

    /** Bytes held. */
    public int bytes() {
        return bytes;
    }

    /** Whether there is no hole. */
    public boolean isEmpty() {
        return first == null;
    }

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
        Piece before = last;
        while (before != null && greaterThan(before.start, start)) {
            before = before.previous;
        }
        int from = before == null ? start : SequenceNumber.max(start, before.end);
        boolean news = false;
        while (lessThan(from, end) && pieces < MAX_PIECES) {
            Piece after = before == null ? first : before.next;
            int to = after == null ? end : SequenceNumber.min(end, after.start);
            if (lessThan(from, to)) {
                before = link(before, from, to, copy(source, offset + (from - start), to - from, allocator));
                news = true;
            }
            if (after == null) {
                break;
            }
            before = after;
            from = SequenceNumber.max(from, after.end);
        }
        return news;
    }

    private static ByteBuf copy(ByteBuf source, int offset, int length, ByteBufAllocator allocator) {
        return allocator.directBuffer(length).writeBytes(source, offset, length);
    }

    private Piece link(Piece before, int start, int end, ByteBuf data) {
        Piece piece = new Piece(start, end, data);
        piece.previous = before;
        piece.next = before == null ? first : before.next;
        if (piece.previous == null) {
            first = piece;
        } else {
            piece.previous.next = piece;
        }
        if (piece.next == null) {
            last = piece;
        } else {
            piece.next.previous = piece;
        }
        pieces++;
        bytes += end - start;
        return piece;
    }

    private void unlink(Piece piece) {
        if (piece.previous == null) {
            first = piece.next;
        } else {
            piece.previous.next = piece.next;
        }
        if (piece.next == null) {
            last = piece.previous;
        } else {
            piece.next.previous = piece.previous;
        }
        pieces--;
        bytes -= piece.end - piece.start;
        piece.data.release();
    }

    /** Drops what lies at a sequence number or behind it: the peer's FIN stands there. */
    void cutAt(int sequence) {
        while (last != null && greaterThan(last.end, sequence)) {
            if (lessThan(last.start, sequence)) {
                bytes -= last.end - sequence;
                last.end = sequence;
                return;
            }
            unlink(last);
        }
    }

    /**
     * Moves the bytes that have become in-order to the receive queue.
     *
     * @return RCV.NXT after them
     */
    int drainTo(ReceiveQueue target, int rcvNxt, ByteBufAllocator allocator) {
        int nxt = rcvNxt;
        while (first != null && lessOrEqual(first.start, nxt)) {
            int skip = nxt - first.start;
            int length = first.end - first.start;
            if (skip < length) {
                target.append(first.data, first.data.readerIndex() + skip, length - skip, allocator);
                nxt = first.end;
            }
            unlink(first);
        }
        return nxt;
    }

    void clear() {
        while (first != null) {
            unlink(first);
        }
    }
}
