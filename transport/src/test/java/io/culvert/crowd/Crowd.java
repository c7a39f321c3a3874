/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentParser;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Very many peers of one server, each no more than a few numbers. They connect, say something, acknowledge what they
 * are told in order, and repeat nothing by themselves: who hears no answer says it again.
 */
final class Crowd {
    /** Takes what the peers send. */
    interface Network {
        /** Sends a datagram of a peer's, and releases it. */
        void send(int peer, ByteBuf datagram);
    }

    private static final int ISS = 1000;
    private static final int MSS = 1460;
    private static final int WINDOW_SCALE = 7;
    private static final int WINDOW = 0xffff;

    private final Network network;
    private final ByteBufAllocator allocator;
    private final LongSupplier nanos;
    private final int[] sndUna;
    private final int[] sndNxt;
    private final int[] rcvNxt;
    private final int[] heard;
    private final int[] timestamp;
    private final BitSet open = new BitSet();
    private final Segment inbound = new Segment();
    private final Segment outbound = new Segment();
    private long datagramsReceived;

    /** So many peers, none of which has said anything yet. */
    Crowd(int size, Network network, ByteBufAllocator allocator, LongSupplier nanos) {
        this.network = network;
        this.allocator = allocator;
        this.nanos = nanos;
        sndUna = new int[size];
        sndNxt = new int[size];
        rcvNxt = new int[size];
        heard = new int[size];
        timestamp = new int[size];
    }

    int size() {
        return sndNxt.length;
    }

    /** A peer asks for a connection, perhaps again. */
    void connect(int peer) {
        sndUna[peer] = ISS;
        sndNxt[peer] = ISS + 1;
        outbound.clear().flags(SegmentFlags.SYN).sequenceNumber(ISS).window(WINDOW).mss(MSS)
                .windowScale(WINDOW_SCALE).sackPermitted(true).timestamps(clock(), 0);
        send(peer);
    }

    /** A peer says so many bytes more. */
    void say(int peer, int bytes) {
        sndNxt[peer] += bytes;
        repeat(peer);
    }

    /** A peer says again what is not acknowledged, or acknowledges again what it has heard. */
    void repeat(int peer) {
        int bytes = sndNxt[peer] - sndUna[peer];
        acknowledgment(peer, sndUna[peer]);
        if (bytes > 0) {
            outbound.flags(SegmentFlags.ACK | SegmentFlags.PSH)
                    .payload((offset, length, datagram) -> datagram.writeZero(length), 0, bytes);
        }
        send(peer);
    }

    /** Whether the server has accepted the connection. */
    boolean isOpen(int peer) {
        return open.get(peer);
    }

    /** How many peers are connected. */
    int openPeers() {
        return open.cardinality();
    }

    /** The bytes that a peer has heard. */
    int heard(int peer) {
        return heard[peer];
    }

    /** Whether everything that a peer has said is acknowledged. */
    boolean isAcknowledged(int peer) {
        return sndUna[peer] == sndNxt[peer];
    }

    /** What came from the server to any peer. */
    long datagramsReceived() {
        return datagramsReceived;
    }

    /** A datagram has come for a peer. It stays the caller's. */
    void receive(int peer, ByteBuf datagram) {
        datagramsReceived++;
        if (SegmentParser.parse(datagram, inbound) != null || inbound.has(SegmentFlags.RST)) {
            throw new AssertionError("peer " + peer + " was told " + inbound);
        }
        if (inbound.acknowledgmentNumber() - sndUna[peer] > 0) {
            sndUna[peer] = inbound.acknowledgmentNumber();
        }
        if (inbound.hasTimestamps()) {
            timestamp[peer] = inbound.timestampValue();
        }
        if (inbound.has(SegmentFlags.SYN)) {
            rcvNxt[peer] = inbound.sequenceNumber() + 1;
            open.set(peer);
            acknowledge(peer);
        } else if (inbound.payloadLength() > 0) {
            if (inbound.sequenceNumber() == rcvNxt[peer]) {
                rcvNxt[peer] += inbound.payloadLength();
                heard[peer] += inbound.payloadLength();
            }
            acknowledge(peer);
        }
        inbound.clear();
    }

    private void acknowledge(int peer) {
        acknowledgment(peer, sndNxt[peer]);
        send(peer);
    }

    private void acknowledgment(int peer, int sequenceNumber) {
        outbound.clear().flags(SegmentFlags.ACK).sequenceNumber(sequenceNumber)
                .acknowledgmentNumber(rcvNxt[peer]).window(WINDOW).timestamps(clock(), timestamp[peer]);
    }

    private int clock() {
        return (int) TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    private void send(int peer) {
        ByteBuf datagram = allocator.buffer(SegmentWriter.length(outbound));
        SegmentWriter.write(outbound, datagram);
        network.send(peer, datagram);
    }
}
