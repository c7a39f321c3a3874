/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.SegmentFlags;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A packet of a capture, taken apart without the code under test. An error if a length is wrong or, of a whole packet,
 * a checksum.
 *
 * @param epochNanos when, in nanoseconds since 1970
 * @param sent or received
 * @param comment empty for none
 * @param packetBytes of the whole packet
 * @param hopLimit TTL of IPv4
 * @param sequence as on the wire
 * @param acknowledgment as on the wire
 * @param window not scaled
 * @param checksum of TCP
 * @param options as on the wire
 * @param payload what was captured of it
 */
public record CapturedPacket(long epochNanos, boolean sent, String comment, int packetBytes, InetSocketAddress from,
        InetSocketAddress to, int hopLimit, int sequence, int acknowledgment, int flags, int window, int checksum,
        byte[] options, byte[] payload) {
    private static final int TCP = 6;
    private static final int DONT_FRAGMENT = 0x4000;

    static CapturedPacket parse(long epochNanos, boolean sent, String comment, byte[] packet, int packetBytes) {
        ByteBuffer ip = ByteBuffer.wrap(packet);
        int version = ip.get(0) >> 4;
        int headerBytes = version == 4 ? 20 : 40;
        int addressBytes = version == 4 ? 4 : 16;
        boolean whole = packet.length == packetBytes;
        int hopLimit;
        if (version == 4) {
            check(ip.get(0) == 0x45, "IPv4 header without options");
            check(Short.toUnsignedInt(ip.getShort(2)) == packetBytes, "IPv4 total length");
            check(ip.getShort(6) == DONT_FRAGMENT, "don't fragment");
            check(ip.get(9) == TCP, "protocol");
            check(sum(packet, 0, 20) == 0xffff, "IPv4 header checksum");
            hopLimit = ip.get(8);
        } else {
            check(version == 6, "IP version " + version);
            check(ip.getInt(0) == 6 << 28, "IPv6 traffic class and flow label");
            check(Short.toUnsignedInt(ip.getShort(4)) == packetBytes - 40, "IPv6 payload length");
            check(ip.get(6) == TCP, "next header");
            hopLimit = ip.get(7);
        }
        InetAddress source = address(packet, headerBytes - 2 * addressBytes, addressBytes);
        InetAddress destination = address(packet, headerBytes - addressBytes, addressBytes);
        int tcpBytes = packetBytes - headerBytes;
        if (whole) {
            long pseudo = sum(packet, headerBytes - 2 * addressBytes, headerBytes) + TCP + tcpBytes;
            check(fold(pseudo + sum(packet, headerBytes, packet.length)) == 0xffff, "TCP checksum");
        }
        ByteBuffer tcp = ByteBuffer.wrap(packet, headerBytes, packet.length - headerBytes).slice();
        int tcpHeaderBytes = tcp.get(12) >> 2 & 0x3c;
        check(tcpHeaderBytes >= 20 && tcpHeaderBytes <= tcpBytes, "TCP data offset");
        check(tcp.getShort(18) == 0, "urgent pointer");
        return new CapturedPacket(epochNanos, sent, comment, packetBytes,
                new InetSocketAddress(source, Short.toUnsignedInt(tcp.getShort(0))),
                new InetSocketAddress(destination, Short.toUnsignedInt(tcp.getShort(2))), hopLimit,
                tcp.getInt(4), tcp.getInt(8), Byte.toUnsignedInt(tcp.get(13)), Short.toUnsignedInt(tcp.getShort(14)),
                Short.toUnsignedInt(tcp.getShort(16)),
                Arrays.copyOfRange(packet, headerBytes + 20, headerBytes + tcpHeaderBytes),
                Arrays.copyOfRange(packet, headerBytes + tcpHeaderBytes, packet.length));
    }

    private static InetAddress address(byte[] packet, int start, int bytes) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(packet, start, start + bytes));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static int sum(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += (i - from) % 2 == 0 ? (bytes[i] & 0xff) << 8 : bytes[i] & 0xff;
        }
        return fold(sum);
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (int) folded;
    }

    /** Whether all these control bits are set. */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** Where the sequence space of the packet ends, provided that it was captured whole. */
    public int sequenceEnd() {
        return sequence + payload.length + (has(SegmentFlags.SYN) ? 1 : 0) + (has(SegmentFlags.FIN) ? 1 : 0);
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError("wrong: " + what);
        }
    }

    @Override
    public String toString() {
        return (sent ? "> " : "< ") + SegmentFlags.toString(flags) + " seq=" + Integer.toUnsignedLong(sequence)
                + " ack=" + Integer.toUnsignedLong(acknowledgment) + " win=" + window + " len=" + payload.length
                + (comment.isEmpty() ? "" : " (" + comment + ")");
    }
}
