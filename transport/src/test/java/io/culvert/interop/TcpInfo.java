/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;

/**
 * What the kernel tells of one of its connections: {@code struct tcp_info} of include/uapi/linux/tcp.h, which only ever
 * grows at its end. A kernel that knows less leaves zeros.
 *
 * @param state in the numbers of include/net/tcp_states.h; CLOSE also when only the TIME-WAIT record is left
 * @param sack whether both ends have permitted selective acknowledgments
 * @param timestamps whether both ends send timestamps
 * @param smoothedRttMicros SRTT in microseconds
 * @param retransmissions segments sent again
 * @param dataSegmentsSent segments with payload, retransmissions included
 * @param bytesSent payload bytes, retransmissions included
 * @param bytesRetransmitted payload bytes sent again
 * @param dsackBlocks duplicate arrivals that the peer reported (RFC 2883)
 * @param reorderingSeen events in which the kernel saw that the path reorders
 * @param outOfOrderPackets segments received ahead of a hole
 * @param retransmissionTimeouts expiries of the retransmission timer; Linux 6.7 and later
 */
record TcpInfo(KernelSockets.State state, boolean sack, boolean timestamps, long smoothedRttMicros,
        long retransmissions, long dataSegmentsSent, long bytesSent, long bytesRetransmitted, long dsackBlocks,
        long reorderingSeen, long outOfOrderPackets, int retransmissionTimeouts) {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCP_CONGESTION = 13;
    private static final int TCPI_OPT_TIMESTAMPS = 1;
    private static final int TCPI_OPT_SACK = 2;
    private static final int BYTES = 248;
    private static final RawUnixChannelOption INFO =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, BYTES);
    private static final byte[] CUBIC_NAME = "cubic".getBytes(StandardCharsets.US_ASCII);

    /** With {@link #cubic()}: the congestion control of a kernel socket, whatever the machine's default. */
    static final RawUnixChannelOption CONGESTION =
            new RawUnixChannelOption("TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, CUBIC_NAME.length);

    static ByteBuffer cubic() {
        return ByteBuffer.wrap(CUBIC_NAME);
    }

    /** Of a TCP socket of Netty's native epoll transport, until it is closed. */
    static TcpInfo of(Channel channel) {
        ByteBuffer info = channel.config().getOption(INFO).order(ByteOrder.nativeOrder());
        int options = info.get(5);
        return new TcpInfo(KernelSockets.State.values()[info.get(0) - 1], (options & TCPI_OPT_SACK) != 0,
                (options & TCPI_OPT_TIMESTAMPS) != 0, unsigned(info, 68), unsigned(info, 100), unsigned(info, 156),
                info.getLong(200), info.getLong(208), unsigned(info, 216), unsigned(info, 220), unsigned(info, 224),
                Short.toUnsignedInt(info.getShort(240)));
    }

    private static long unsigned(ByteBuffer info, int at) {
        return Integer.toUnsignedLong(info.getInt(at));
    }
}
