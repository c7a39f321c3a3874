/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;

/**
 * Segments that leave together: written one behind the other into one buffer, all as long as the first but for the
 * last, which may be shorter. A socket that segments (UDP_SEGMENT) takes them in one piece. Where the socket is done
 * with a train before the next begins, one buffer serves all of a batch; between batches there is none.
 */
final class Train {
    /** Linux, UDP_MAX_SEGMENTS. */
    static final int MAX_SEGMENTS = 64;
    /** What the length field of an IPv4 datagram has room for. */
    static final int MAX_BYTES = 65_507;

    private ByteBuf buffer;
    private InetSocketAddress peer;
    private ChannelPromise promise;
    private int segmentBytes;
    private int segments;
    private boolean ended;

    /** Whether there is nothing in it. */
    boolean isEmpty() {
        return segments == 0;
    }

    /** Whether a datagram of so many bytes may be the next of it. */
    boolean takes(InetSocketAddress to, ChannelPromise with, int bytes) {
        return !ended && bytes <= Math.min(segmentBytes, buffer.writableBytes()) && to == peer && with == promise;
    }

    /**
     * Begins with an empty one.
     *
     * @param bytes the length of its first datagram
     * @param following how many bytes of payload may follow
     */
    void begin(InetSocketAddress to, ChannelPromise with, int bytes, int payload, long following,
            ByteBufAllocator allocator) {
        // what follows is cut into segments like the first: as many headers, and the last may be shorter
        long more = payload == 0 ? 0 : (following + payload - 1) / payload * bytes;
        int most = Math.max(bytes, Math.min(MAX_BYTES, MAX_SEGMENTS * bytes) / bytes * bytes);
        int capacity = (int) Math.min(most, bytes + more);
        if (buffer != null && (buffer.refCnt() > 1 || buffer.capacity() < capacity)) {
            rest();
        }
        buffer = buffer == null ? allocator.directBuffer(capacity) : buffer.clear();
        peer = to;
        promise = with;
        segmentBytes = bytes;
        ended = false;
    }

    /** Writes a segment behind the others. */
    void add(Segment segment, int bytes) {
        int start = buffer.writerIndex();
        try {
            SegmentWriter.write(segment, buffer);
        } catch (RuntimeException | Error e) {
            // what is written of it would shift everything behind it
            buffer.writerIndex(start);
            throw e;
        }
        segments++;
        ended = bytes < segmentBytes || isFull();
    }

    int segments() {
        return segments;
    }

    /** The length of each datagram but the last. */
    int segmentBytes() {
        return segmentBytes;
    }

    InetSocketAddress peer() {
        return peer;
    }

    ChannelPromise promise() {
        return promise;
    }

    /** Hands out the datagrams written, and is empty. */
    ByteBuf take() {
        promise = null;
        peer = null;
        segments = 0;
        return buffer.retain();
    }

    /** Whether it is as long as a train can be. */
    boolean isFull() {
        return segments == MAX_SEGMENTS || buffer.writerIndex() + segmentBytes > MAX_BYTES;
    }

    /** Gives up the buffer, and what is written in it. */
    void rest() {
        segments = 0;
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
