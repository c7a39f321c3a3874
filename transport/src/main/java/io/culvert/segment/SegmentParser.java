/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import io.netty.buffer.ByteBuf;

/**
 * Reads the bytes of a UDP payload into a {@link Segment}. The layout is that of draft-cheshire-tcp-over-udp-00 as the
 * Multipath TCP project's {@code tcp-in-udp} deploys it: a TCP header whose first eight bytes are the UDP header.
 */
public final class SegmentParser {
    static final int FIXED_HEADER_BYTES = 12;
    static final int UDP_HEADER_BYTES = 8;

    static final int OPTION_END = 0;
    static final int OPTION_NOP = 1;
    static final int OPTION_MSS = 2;
    static final int OPTION_WINDOW_SCALE = 3;
    static final int OPTION_SACK_PERMITTED = 4;
    static final int OPTION_SACK = 5;
    static final int OPTION_TIMESTAMPS = 8;

    static final int MSS_BYTES = 4;
    static final int WINDOW_SCALE_BYTES = 3;
    static final int SACK_PERMITTED_BYTES = 2;
    static final int TIMESTAMPS_BYTES = 10;

    /** The timestamps option behind two NOPs, as RFC 7323 appendix A has it: its first word, and its length. */
    static final int PADDED_TIMESTAMPS =
            OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_TIMESTAMPS << 8 | TIMESTAMPS_BYTES;
    static final int PADDED_TIMESTAMPS_BYTES = 12;

    private static final int MIN_DATA_OFFSET_WORDS = 5;

    private SegmentParser() {
    }

    /**
     * Whether a UDP payload may be a segment at all: its first two bits are not 00, which a data offset of at least 5
     * words rules out and a STUN message always has (RFC 8489 section 5).
     */
    public static boolean looksLikeSegment(ByteBuf datagram) {
        return datagram.isReadable() && (datagram.getByte(datagram.readerIndex()) & 0xc0) != 0;
    }

    /** Whether a UDP payload is another protocol's by its first two bits, as a STUN message is; an empty one is not. */
    public static boolean isForeign(ByteBuf datagram) {
        return datagram.isReadable() && !looksLikeSegment(datagram);
    }

    /**
     * Reads one datagram. The payload of the segment is a view of {@code datagram}, whose indexes do not move.
     *
     * @return {@code null} when the segment is well formed, otherwise why it is not; the segment is then undefined
     */
    public static MalformedReason parse(ByteBuf datagram, Segment segment) {
        segment.clear();
        int start = datagram.readerIndex();
        int length = datagram.readableBytes();
        if (length < FIXED_HEADER_BYTES) {
            return MalformedReason.TOO_SHORT;
        }
        // words at a time: each look at a slice of a received train goes through three buffers
        long first = datagram.getLong(start);
        int offsetWords = (int) (first >>> 60);
        if (offsetWords < MIN_DATA_OFFSET_WORDS) {
            return MalformedReason.OFFSET_TOO_SMALL;
        }
        int payloadStart = 4 * offsetWords - UDP_HEADER_BYTES;
        if (payloadStart > length) {
            return MalformedReason.OFFSET_PAST_END;
        }
        segment.flags((int) (first >>> 48))
                .window((int) (first >>> 32))
                .sequenceNumber((int) first)
                .acknowledgmentNumber(datagram.getInt(start + 8));
        if (segment.has(SegmentFlags.SYN | SegmentFlags.RST)) {
            return MalformedReason.SYN_WITH_RST;
        }
        MalformedReason reason = null;
        if (payloadStart == FIXED_HEADER_BYTES + PADDED_TIMESTAMPS_BYTES
                && datagram.getInt(start + FIXED_HEADER_BYTES) == PADDED_TIMESTAMPS) {
            // what almost every segment has
            long values = datagram.getLong(start + FIXED_HEADER_BYTES + Integer.BYTES);
            segment.timestamps((int) (values >>> 32), (int) values);
        } else {
            reason = parseOptions(datagram, start + FIXED_HEADER_BYTES, start + payloadStart, segment);
        }
        if (reason == null) {
            segment.payload(datagram, start + payloadStart, length - payloadStart);
        }
        return reason;
    }

    private static MalformedReason parseOptions(ByteBuf datagram, int start, int end, Segment segment) {
        boolean syn = segment.has(SegmentFlags.SYN);
        int index = start;
        while (index < end) {
            int kind = datagram.getUnsignedByte(index);
            if (kind == OPTION_END) {
                return null;
            }
            if (kind == OPTION_NOP) {
                index++;
                continue;
            }
            if (index + 1 >= end) {
                return MalformedReason.OPTION_PAST_END;
            }
            int length = datagram.getUnsignedByte(index + 1);
            if (length < 2) {
                return MalformedReason.OPTION_LENGTH;
            }
            if (index + length > end) {
                return MalformedReason.OPTION_PAST_END;
            }
            parseOption(datagram, index, kind, length, syn, segment);
            index += length;
        }
        return null;
    }

    /** A known kind with a length that is not its own is skipped like an unknown one, as Linux does. */
    private static void parseOption(ByteBuf datagram, int index, int kind, int length, boolean syn, Segment segment) {
        switch (kind) {
            case OPTION_MSS -> {
                if (syn && length == MSS_BYTES) {
                    segment.mss(datagram.getUnsignedShort(index + 2));
                }
            }
            case OPTION_WINDOW_SCALE -> {
                if (syn && length == WINDOW_SCALE_BYTES) {
                    segment.windowScale(datagram.getUnsignedByte(index + 2));
                }
            }
            case OPTION_SACK_PERMITTED -> {
                if (syn && length == SACK_PERMITTED_BYTES) {
                    segment.sackPermitted(true);
                }
            }
            case OPTION_TIMESTAMPS -> {
                if (length == TIMESTAMPS_BYTES) {
                    segment.timestamps(datagram.getInt(index + 2), datagram.getInt(index + 6));
                }
            }
            case OPTION_SACK -> parseSack(datagram, index, length, segment);
            default -> {
            }
        }
    }

    private static void parseSack(ByteBuf datagram, int index, int length, Segment segment) {
        if (length < 10 || (length - 2) % 8 != 0 || segment.sackBlocks() > 0) {
            return;
        }
        for (int at = index + 2; at < index + length; at += 8) {
            segment.addSackBlock(datagram.getInt(at), datagram.getInt(at + 4));
        }
    }
}
