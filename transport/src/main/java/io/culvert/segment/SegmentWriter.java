/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import io.netty.buffer.ByteBuf;

/**
 * Writes a {@link Segment} as the payload of a UDP datagram. On a SYN the options stand in the order MSS, SACK
 * permitted, timestamps, NOP, window scale; on any other segment NOP, NOP, timestamps, NOP, NOP, SACK, so that
 * 32-bit values are aligned as Linux aligns them. MSS, SACK permitted and window scale are left out of a segment that
 * is no SYN.
 */
public final class SegmentWriter {
    /** Most bytes a header with options takes inside the datagram. */
    public static final int MAX_HEADER_BYTES = 52;
    /** Bytes of a header without options inside the datagram. */
    public static final int MIN_HEADER_BYTES = SegmentParser.FIXED_HEADER_BYTES;
    /** Bytes that the timestamps option takes, padding included; on a SYN the padding may be SACK permitted. */
    public static final int TIMESTAMPS_BYTES = SegmentParser.PADDED_TIMESTAMPS_BYTES;

    private static final int NOP_NOP = SegmentParser.OPTION_NOP << 8 | SegmentParser.OPTION_NOP;

    private SegmentWriter() {
    }

    /** Bytes the segment takes inside the datagram, payload included. */
    public static int length(Segment segment) {
        return SegmentParser.FIXED_HEADER_BYTES + optionBytes(segment) + segment.payloadLength();
    }

    /**
     * Bytes the options take, padding included: a multiple of 4. More than 40 cannot be written: four SACK blocks
     * beside timestamps, or SACK blocks on a SYN with many options.
     */
    public static int optionBytes(Segment segment) {
        boolean syn = segment.has(SegmentFlags.SYN);
        int bytes = 0;
        if (syn && segment.mss() != 0) {
            bytes += SegmentParser.MSS_BYTES;
        }
        if (segment.hasTimestamps()) {
            bytes += TIMESTAMPS_BYTES;
        } else if (syn && segment.sackPermitted()) {
            bytes += 2 + SegmentParser.SACK_PERMITTED_BYTES;
        }
        if (syn && segment.windowScale() >= 0) {
            bytes += 1 + SegmentParser.WINDOW_SCALE_BYTES;
        }
        return bytes + sackBytes(segment.sackBlocks());
    }

    /** Bytes that so many SACK blocks take, padding included. */
    public static int sackBytes(int blocks) {
        return blocks == 0 ? 0 : 4 + 8 * blocks;
    }

    /**
     * Appends header, options and payload to a buffer that has room for {@link #length(Segment)} bytes.
     *
     * @throws IllegalArgumentException if the options take more than 40 bytes; nothing is written then
     */
    public static void write(Segment segment, ByteBuf datagram) {
        int optionBytes = optionBytes(segment);
        if (optionBytes > MAX_HEADER_BYTES - MIN_HEADER_BYTES) {
            throw new IllegalArgumentException("options take " + optionBytes + " bytes, 40 fit: " + segment);
        }
        int offsetWords = (SegmentParser.UDP_HEADER_BYTES + MIN_HEADER_BYTES + optionBytes) / 4;
        int flags = segment.flags() & ~SegmentFlags.URG;
        int first = offsetWords << 28 | flags << 16 | segment.window();
        datagram.writeLong(twoWords(first, segment.sequenceNumber()));
        if (optionBytes == TIMESTAMPS_BYTES && segment.hasTimestamps() && !segment.has(SegmentFlags.SYN)) {
            // what almost every segment has, in as few steps as it takes
            datagram.writeLong(twoWords(segment.acknowledgmentNumber(), SegmentParser.PADDED_TIMESTAMPS));
            datagram.writeLong(twoWords(segment.timestampValue(), segment.timestampEcho()));
        } else {
            datagram.writeInt(segment.acknowledgmentNumber());
            if (optionBytes > 0) {
                writeOptions(segment, datagram);
            }
        }
        segment.copyPayloadTo(datagram);
    }

    private static long twoWords(int first, int second) {
        return (long) first << 32 | second & 0xffff_ffffL;
    }

    private static void writeOptions(Segment segment, ByteBuf datagram) {
        boolean syn = segment.has(SegmentFlags.SYN);
        boolean sackPermitted = syn && segment.sackPermitted();
        if (syn && segment.mss() != 0) {
            datagram.writeByte(SegmentParser.OPTION_MSS).writeByte(SegmentParser.MSS_BYTES).writeShort(segment.mss());
        }
        // 2 and 10 bytes: together they fill three words, either alone needs two NOPs before it
        if (sackPermitted != segment.hasTimestamps()) {
            datagram.writeShort(NOP_NOP);
        }
        if (sackPermitted) {
            datagram.writeByte(SegmentParser.OPTION_SACK_PERMITTED).writeByte(SegmentParser.SACK_PERMITTED_BYTES);
        }
        if (segment.hasTimestamps()) {
            datagram.writeByte(SegmentParser.OPTION_TIMESTAMPS).writeByte(SegmentParser.TIMESTAMPS_BYTES)
                    .writeInt(segment.timestampValue()).writeInt(segment.timestampEcho());
        }
        if (syn && segment.windowScale() >= 0) {
            datagram.writeByte(SegmentParser.OPTION_NOP)
                    .writeByte(SegmentParser.OPTION_WINDOW_SCALE).writeByte(SegmentParser.WINDOW_SCALE_BYTES)
                    .writeByte(segment.windowScale());
        }
        if (segment.sackBlocks() > 0) {
            datagram.writeShort(NOP_NOP)
                    .writeByte(SegmentParser.OPTION_SACK).writeByte(2 + 8 * segment.sackBlocks());
            for (int i = 0; i < segment.sackBlocks(); i++) {
                datagram.writeInt(segment.sackLeft(i)).writeInt(segment.sackRight(i));
            }
        }
    }
}
