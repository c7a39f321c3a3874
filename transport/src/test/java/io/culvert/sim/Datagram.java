/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.MalformedReason;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * One UDP datagram on its way through the {@link SimulatedNetwork}, and afterwards in the {@link WireLog}. Owns its
 * payload until it is handed to a socket or {@link #release() released}.
 */
public final class Datagram {
    private static final int IPV4_UDP_HEADER_BYTES = 20 + 8;
    private static final int IPV6_UDP_HEADER_BYTES = 40 + 8;

    private final InetSocketAddress from;
    private final InetSocketAddress to;
    private final ByteBuf content;
    private final int length;
    private final long sentNanos;
    private final boolean copy;
    private long dueNanos;
    private long arrivedNanos = -1;
    private Fate fate = Fate.IN_FLIGHT;

    Datagram(InetSocketAddress from, InetSocketAddress to, ByteBuf content, long sentNanos) {
        this(from, to, content, sentNanos, false);
    }

    private Datagram(InetSocketAddress from, InetSocketAddress to, ByteBuf content, long sentNanos, boolean copy) {
        this.from = from;
        this.to = to;
        this.content = content;
        length = content.readableBytes();
        this.sentNanos = sentNanos;
        this.copy = copy;
    }

    /** The sender's address. */
    public InetSocketAddress from() {
        return from;
    }

    /** The receiver's address. */
    public InetSocketAddress to() {
        return to;
    }

    /** Virtual time at which it was sent. */
    public long sentNanos() {
        return sentNanos;
    }

    /** Virtual time at which it came to the receiving host, -1 if it did not. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** What became of it. */
    public Fate fate() {
        return fate;
    }

    /** Bytes of UDP payload. */
    public int length() {
        return length;
    }

    /** Bytes of the IP packet, without IP options. */
    public int ipLength() {
        return length + (to.getAddress() instanceof Inet6Address ? IPV6_UDP_HEADER_BYTES : IPV4_UDP_HEADER_BYTES);
    }

    /** The UDP payload; not to be changed. */
    public byte[] bytes() {
        return ByteBufUtil.getBytes(content, content.readerIndex(), length, false);
    }

    /** The UDP payload; its indexes are not to be moved. */
    ByteBuf content() {
        return content;
    }

    /** Gives the payload back to where it came from. */
    void release() {
        content.release();
    }

    /** Reads the payload as a segment; {@code null} if it is one, otherwise why not. */
    public MalformedReason parseInto(Segment segment) {
        return SegmentParser.parse(content, segment);
    }

    /** Whether the network made it from another one. */
    boolean isCopy() {
        return copy;
    }

    Datagram copy() {
        return new Datagram(from, to, content.retainedDuplicate(), sentNanos, true);
    }

    long dueNanos() {
        return dueNanos;
    }

    void due(long nanos) {
        dueNanos = nanos;
    }

    void arrived(long nanos) {
        arrivedNanos = nanos;
    }

    void fate(Fate fate) {
        this.fate = fate;
    }

    @Override
    public String toString() {
        return from + " -> " + to + ", " + length + " bytes, " + fate;
    }
}
