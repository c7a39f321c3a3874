/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.codec;

import io.culvert.segment.PayloadSource;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/** The kinds of segment that a session consists of, as they are on a path with an MTU of 1500 bytes. */
public enum SampleSegment {
    /** A full segment with timestamps: 20 bytes of IPv4 header, 8 of UDP, 12 of header and 12 of options leave 1448. */
    DATA,
    /** An acknowledgment with timestamps. */
    ACK,
    /** An acknowledgment with timestamps and as many SACK blocks as fit beside them. */
    SACK,
    /** A SYN with every option. */
    SYN;

    /** The payload of {@link #DATA}. */
    public static final int PAYLOAD_BYTES = 1448;
    private static final int SACK_BLOCKS = 3;

    /** What the tables call it. */
    String label() {
        return switch (this) {
            case DATA -> "data segment, " + PAYLOAD_BYTES + " bytes";
            case ACK -> "ACK";
            case SACK -> "ACK with " + SACK_BLOCKS + " SACK blocks";
            case SYN -> "SYN";
        };
    }

    /** Fills a flyweight as the session does before the segment is written. */
    void fill(Segment segment, PayloadSource source, int sequenceNumber) {
        segment.clear().window(0xffff).sequenceNumber(sequenceNumber).timestamps(sequenceNumber, 2);
        switch (this) {
            case DATA -> segment.flags(SegmentFlags.ACK | SegmentFlags.PSH).acknowledgmentNumber(1)
                    .payload(source, 0, PAYLOAD_BYTES);
            case ACK -> segment.flags(SegmentFlags.ACK).acknowledgmentNumber(sequenceNumber);
            case SACK -> {
                segment.flags(SegmentFlags.ACK).acknowledgmentNumber(sequenceNumber);
                for (int i = 1; i <= SACK_BLOCKS; i++) {
                    segment.addSackBlock(sequenceNumber + 2 * i * PAYLOAD_BYTES,
                            sequenceNumber + (2 * i + 1) * PAYLOAD_BYTES);
                }
            }
            default -> segment.flags(SegmentFlags.SYN).mss(PAYLOAD_BYTES + 12).sackPermitted(true).windowScale(7);
        }
    }

    /** A payload that is copied out of one direct buffer, as an application's buffer is. */
    static final class Payload implements PayloadSource, AutoCloseable {
        private final ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(PAYLOAD_BYTES)
                .writeZero(PAYLOAD_BYTES);

        @Override
        public void copyTo(int offset, int length, ByteBuf target) {
            target.writeBytes(bytes, offset, length);
        }

        @Override
        public void close() {
            bytes.release();
        }
    }
}
