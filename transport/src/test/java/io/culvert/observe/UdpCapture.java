/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Datagrams as a network interface would have shown them, in a file of the classic pcap format. */
final class UdpCapture {
    private static final int MAGIC_OF_NANOSECONDS = 0xa1b23c4d;
    private static final int LINKTYPE_RAW = 101;
    private static final int IPV4_BYTES = 20;
    private static final int UDP_BYTES = 8;
    private static final int UDP = 17;

    private final ByteBuf file = Unpooled.buffer();
    private final int snapLength;
    private int packets;

    UdpCapture() {
        this(65535);
    }

    /** One that keeps so many bytes of a packet. */
    UdpCapture(int snapLength) {
        this.snapLength = snapLength;
        file.writeInt(MAGIC_OF_NANOSECONDS).writeShort(2).writeShort(4).writeLong(0).writeInt(snapLength)
                .writeInt(LINKTYPE_RAW);
    }

    /** Adds a datagram, a millisecond after the one before. */
    UdpCapture add(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        return add(from, to, payload, 0);
    }

    /** Adds one whose checksum is wrong by so much. */
    UdpCapture add(InetSocketAddress from, InetSocketAddress to, byte[] payload, int checksumError) {
        ByteBuf packet = Unpooled.buffer();
        int udpBytes = UDP_BYTES + payload.length;
        packet.writeInt(0x45 << 24 | IPV4_BYTES + udpBytes).writeInt(0x4000).writeByte(64).writeByte(UDP).writeShort(0)
                .writeBytes(from.getAddress().getAddress()).writeBytes(to.getAddress().getAddress());
        packet.setShort(10, ~sum(packet, 0, 0));
        packet.writeShort(from.getPort()).writeShort(to.getPort()).writeShort(udpBytes).writeShort(0)
                .writeBytes(payload);
        int checksum = ~sum(packet, IPV4_BYTES - 8, UDP + udpBytes) & 0xffff;
        packet.setShort(IPV4_BYTES + 6, (checksum == 0 ? 0xffff : checksum) + checksumError);
        int captured = Math.min(snapLength, packet.readableBytes());
        file.writeInt(1_795_348_800).writeInt(packets++ * 1_000_000).writeInt(captured)
                .writeInt(packet.readableBytes()).writeBytes(packet, captured);
        return this;
    }

    private static int sum(ByteBuf packet, int from, int more) {
        int sum = more;
        for (int i = from; i < packet.writerIndex(); i++) {
            sum += (i - from) % 2 == 0 ? packet.getUnsignedByte(i) << 8 : packet.getUnsignedByte(i);
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return sum;
    }

    Path writeTo(Path path) throws IOException {
        return Files.write(path, ByteBufUtil.getBytes(file));
    }
}
