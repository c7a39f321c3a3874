/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes the blocks of a pcapng file (draft-ietf-opsawg-pcapng) for one interface that captures IP packets with time
 * stamps in nanoseconds. Little-endian, because from a pipe Wireshark takes no other order than its machine's.
 */
final class PcapngWriter {
    /** Most bytes of an enhanced packet block besides packet and comment. */
    static final int PACKET_OVERHEAD_BYTES = 64;
    /** Most bytes of an interface statistics block besides the comment. */
    static final int STATISTICS_OVERHEAD_BYTES = 128;
    /** Most bytes of a decryption secrets block besides the secrets. */
    static final int SECRETS_OVERHEAD_BYTES = 32;

    private static final int SECTION_HEADER_BLOCK = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION_BLOCK = 1;
    private static final int INTERFACE_STATISTICS_BLOCK = 5;
    private static final int ENHANCED_PACKET_BLOCK = 6;
    private static final int DECRYPTION_SECRETS_BLOCK = 10;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int MAJOR_VERSION = 1;
    private static final int MINOR_VERSION = 0;
    private static final long UNKNOWN_SECTION_LENGTH = -1;
    /** An IPv4 or IPv6 packet; which one, its first four bits say. */
    private static final int LINKTYPE_RAW = 101;
    private static final int ONLY_INTERFACE = 0;
    private static final int TLS_KEY_LOG = 0x544c534b;

    private static final int OPTION_END = 0;
    private static final int OPTION_COMMENT = 1;
    private static final int SECTION_APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_TIME_RESOLUTION = 9;
    private static final int PACKET_FLAGS = 2;
    private static final int STATISTICS_START = 2;
    private static final int STATISTICS_END = 3;
    private static final int STATISTICS_RECEIVED = 4;
    private static final int STATISTICS_DROPPED = 5;

    /** Ten to the minus ninth of a second. */
    private static final int NANOSECONDS = 9;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;

    private static final int LENGTH_AT = 4;
    private static final int CAPTURED_LENGTH_AT = 20;
    private static final int ORIGINAL_LENGTH_AT = 24;
    private static final int PACKET_DATA_AT = 28;

    private PcapngWriter() {
    }

    /** Begins a file. */
    static void writeSectionHeader(ByteBuf file) {
        int start = begin(SECTION_HEADER_BLOCK, file);
        file.writeIntLE(BYTE_ORDER_MAGIC).writeShortLE(MAJOR_VERSION).writeShortLE(MINOR_VERSION)
                .writeLongLE(UNKNOWN_SECTION_LENGTH);
        writeText(SECTION_APPLICATION, "Culvert", file);
        end(start, file);
    }

    /** Describes the interface that all packets are of. */
    static void writeInterface(int snapLength, ByteBuf file) {
        int start = begin(INTERFACE_DESCRIPTION_BLOCK, file);
        file.writeShortLE(LINKTYPE_RAW).writeShortLE(0).writeIntLE(snapLength);
        writeText(INTERFACE_NAME, "culvert", file);
        file.writeShortLE(INTERFACE_TIME_RESOLUTION).writeShortLE(1).writeByte(NANOSECONDS).writeZero(3);
        end(start, file);
    }

    /** Begins a packet, whose bytes are to be appended, and returns where. */
    static int beginPacket(long epochNanos, ByteBuf file) {
        int start = begin(ENHANCED_PACKET_BLOCK, file);
        writeTime(epochNanos, file.writeIntLE(ONLY_INTERFACE));
        file.writeLongLE(0);
        return start;
    }

    /**
     * Ends a packet.
     *
     * @param start what {@link #beginPacket} gave
     * @param snapLength the most bytes of the packet to keep
     * @param sent whether it left or arrived
     * @param comment empty for none
     */
    static void endPacket(int start, int snapLength, boolean sent, CharSequence comment, ByteBuf file) {
        int original = file.writerIndex() - start - PACKET_DATA_AT;
        int captured = Math.min(original, snapLength);
        file.writerIndex(start + PACKET_DATA_AT + captured);
        file.setIntLE(start + CAPTURED_LENGTH_AT, captured).setIntLE(start + ORIGINAL_LENGTH_AT, original);
        pad(captured, file);
        file.writeShortLE(PACKET_FLAGS).writeShortLE(Integer.BYTES).writeIntLE(sent ? OUTBOUND : INBOUND);
        if (comment.length() > 0) {
            writeText(OPTION_COMMENT, comment, file);
        }
        end(start, file);
    }

    /**
     * Tells how many packets there were.
     *
     * @param startNanos when the capture began, in nanoseconds since 1970
     * @param endNanos when it ended
     * @param received all packets
     * @param dropped how many of them are not in the file
     */
    static void writeStatistics(long startNanos, long endNanos, long received, long dropped, CharSequence comment,
            ByteBuf file) {
        int start = begin(INTERFACE_STATISTICS_BLOCK, file);
        writeTime(endNanos, file.writeIntLE(ONLY_INTERFACE));
        if (comment.length() > 0) {
            writeText(OPTION_COMMENT, comment, file);
        }
        writeTime(startNanos, beginLong(STATISTICS_START, file));
        writeTime(endNanos, beginLong(STATISTICS_END, file));
        beginLong(STATISTICS_RECEIVED, file).writeLongLE(received);
        beginLong(STATISTICS_DROPPED, file).writeLongLE(dropped);
        end(start, file);
    }

    /** Adds lines of a TLS key log, in the format that NSS gave its name. */
    static void writeTlsKeys(CharSequence lines, ByteBuf file) {
        int start = begin(DECRYPTION_SECRETS_BLOCK, file);
        int length = ByteBufUtil.utf8Bytes(lines);
        file.writeIntLE(TLS_KEY_LOG).writeIntLE(length);
        ByteBufUtil.writeUtf8(file, lines);
        pad(length, file);
        writeLength(start, file);
    }

    private static int begin(int type, ByteBuf file) {
        int start = file.writerIndex();
        file.writeIntLE(type).writeIntLE(0);
        return start;
    }

    private static void end(int start, ByteBuf file) {
        file.writeShortLE(OPTION_END).writeShortLE(0);
        writeLength(start, file);
    }

    private static void writeLength(int start, ByteBuf file) {
        int length = file.writerIndex() - start + Integer.BYTES;
        file.writeIntLE(length).setIntLE(start + LENGTH_AT, length);
    }

    private static void writeText(int option, CharSequence text, ByteBuf file) {
        int length = ByteBufUtil.utf8Bytes(text);
        file.writeShortLE(option).writeShortLE(length);
        ByteBufUtil.writeUtf8(file, text);
        pad(length, file);
    }

    private static ByteBuf beginLong(int option, ByteBuf file) {
        return file.writeShortLE(option).writeShortLE(Long.BYTES);
    }

    /** Whatever the order of bytes, the upper half comes first. */
    private static void writeTime(long epochNanos, ByteBuf file) {
        file.writeIntLE((int) (epochNanos >>> 32)).writeIntLE((int) epochNanos);
    }

    private static void pad(int length, ByteBuf file) {
        file.writeZero(-length & 3);
    }
}
