/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Writes a segment as the TCP/IP packet that it would be: the header in TCP's order, real addresses, ports and options,
 * true lengths and checksums. What was received is taken byte by byte, options of unknown kinds included.
 */
final class IpPacket {
    /** Most bytes before the payload. */
    static final int MAX_HEADER_BYTES = 40 + 60;

    private static final int UDP_HEADER_BYTES = 8;
    private static final int TCP = 6;
    private static final int HOP_LIMIT = 64;

    private static final int IPV4_BYTES = 20;
    private static final int IPV4_VERSION_AND_LENGTH = 0x4500;
    private static final int IPV4_DONT_FRAGMENT = 0x4000;
    private static final int IPV4_LENGTH_AT = 2;
    private static final int IPV4_CHECKSUM_AT = 10;
    private static final int IPV4_ADDRESSES_AT = 12;

    private static final int IPV6_VERSION = 6 << 28;
    private static final int IPV6_LENGTH_AT = 4;
    private static final int IPV6_ADDRESSES_AT = 8;
    private static final int IPV6_ADDRESS_BYTES = 16;

    private static final int TCP_SEQUENCE_AT = 4;
    private static final int TCP_ACKNOWLEDGMENT_AT = 8;
    private static final int TCP_FLAGS_AT = 12;
    private static final int TCP_CHECKSUM_AT = 16;

    private IpPacket() {
    }

    /** Appends a packet to a buffer that has room for {@value #MAX_HEADER_BYTES} bytes and the payload. */
    static void write(InetSocketAddress from, InetSocketAddress to, Segment segment, ByteBuf target) {
        int start = target.writerIndex();
        if (isIpv6(from.getAddress()) || isIpv6(to.getAddress())) {
            target.writeInt(IPV6_VERSION).writeShort(0).writeByte(TCP).writeByte(HOP_LIMIT);
            writeIpv6(from.getAddress(), target);
            writeIpv6(to.getAddress(), target);
            int length = writeTcp(from.getPort(), to.getPort(), segment, target,
                    sum(target, start + IPV6_ADDRESSES_AT, 2 * IPV6_ADDRESS_BYTES));
            target.setShort(start + IPV6_LENGTH_AT, length);
        } else {
            target.writeShort(IPV4_VERSION_AND_LENGTH).writeShort(0).writeShort(0).writeShort(IPV4_DONT_FRAGMENT)
                    .writeByte(HOP_LIMIT).writeByte(TCP).writeShort(0);
            writeIpv4(from.getAddress(), target);
            writeIpv4(to.getAddress(), target);
            int length = writeTcp(from.getPort(), to.getPort(), segment, target,
                    sum(target, start + IPV4_ADDRESSES_AT, IPV4_BYTES - IPV4_ADDRESSES_AT));
            target.setShort(start + IPV4_LENGTH_AT, IPV4_BYTES + length);
            target.setShort(start + IPV4_CHECKSUM_AT, checksum(sum(target, start, IPV4_BYTES)));
        }
    }

    /** The wildcard, of either family, goes with the other end's. */
    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address && !address.isAnyLocalAddress();
    }

    private static void writeIpv4(InetAddress address, ByteBuf target) {
        if (address.isAnyLocalAddress()) {
            target.writeInt(0);
        } else {
            target.writeBytes(address.getAddress());
        }
    }

    private static void writeIpv6(InetAddress address, ByteBuf target) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV6_ADDRESS_BYTES) {
            target.writeBytes(bytes);
        } else if (address.isAnyLocalAddress()) {
            target.writeZero(IPV6_ADDRESS_BYTES);
        } else {
            // RFC 4291 2.5.5.2: an IPv4-mapped address
            target.writeZero(10).writeShort(0xffff).writeBytes(bytes);
        }
    }

    /** Returns how many bytes header and payload are. */
    private static int writeTcp(int from, int to, Segment segment, ByteBuf target, long addressSum) {
        int start = target.writerIndex();
        target.writeShort(from).writeShort(to).writeInt(0);
        writeAsCarried(segment, target);
        // In the datagram the words of the header stand in another order, behind the eight bytes of UDP's.
        int flagsAndWindow = target.getInt(start + UDP_HEADER_BYTES);
        int sequence = target.getInt(start + UDP_HEADER_BYTES + 4);
        int acknowledgment = target.getInt(start + UDP_HEADER_BYTES + 8);
        target.setInt(start + TCP_SEQUENCE_AT, sequence)
                .setInt(start + TCP_ACKNOWLEDGMENT_AT, acknowledgment)
                .setInt(start + TCP_FLAGS_AT, flagsAndWindow)
                .setInt(start + TCP_CHECKSUM_AT, 0);
        int length = target.writerIndex() - start;
        // RFC 9293 3.1: the checksum covers a pseudo header of both addresses, the protocol and the length
        target.setShort(start + TCP_CHECKSUM_AT, checksum(addressSum + TCP + length + sum(target, start, length)));
        return length;
    }

    private static void writeAsCarried(Segment segment, ByteBuf target) {
        ByteBuf datagram = segment.payload();
        if (datagram == null) {
            SegmentWriter.write(segment, target);
            return;
        }
        int start = datagram.readerIndex();
        target.writeBytes(datagram, start, segment.payloadOffset() + segment.payloadLength() - start);
    }

    /** The sum of 16-bit words (RFC 1071), not folded; of 32-bit words it folds to the same. */
    private static long sum(ByteBuf buffer, int start, int length) {
        long sum = 0;
        int index = start;
        int end = start + length;
        for (; end - index >= Integer.BYTES; index += Integer.BYTES) {
            sum += buffer.getUnsignedInt(index);
        }
        if (end - index >= Short.BYTES) {
            sum += buffer.getUnsignedShort(index);
            index += Short.BYTES;
        }
        return end > index ? sum + (buffer.getUnsignedByte(index) << 8) : sum;
    }

    private static int checksum(long sum) {
        long folded = (sum >>> 32) + (sum & 0xffff_ffffL);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) ~folded & 0xffff;
    }
}
