/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannelOption;
import io.culvert.examples.TunnelUrl.Protocol;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.util.HashMap;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * How a tunnel finds out that a peer is gone, as options of its channels: an idle one is probed, and one that takes
 * data is given up after as many retransmissions as fit in the time. A peer that answers but does not read is waited
 * for, however long (so {@code TCP_USER_TIMEOUT} is not what is used here).
 *
 * @param seconds about how long a peer may be silent that was asked, 1 to {@value #MAX_SECONDS}
 */
record SilentPeer(int seconds) {
    static final int MAX_SECONDS = 3600;
    private static final int MAX_PROBES = 4;
    private static final int MAX_CONNECT_SECONDS = 30;
    private static final double RTO_MIN_SECONDS = 0.2;
    private static final int MAX_RETRIES = 15;

    Map<ChannelOption<?>, Object> options(Protocol protocol, IoKind io) {
        Map<ChannelOption<?>, Object> options = new HashMap<>();
        options.put(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.min(seconds, MAX_CONNECT_SECONDS) * 1000);
        options.put(ChannelOption.SO_KEEPALIVE, true);
        if (protocol == Protocol.CULVERT) {
            options.put(CulvertChannelOption.TCP_RETRIES, retries());
            keepalive(options, CulvertChannelOption.TCP_KEEPIDLE, CulvertChannelOption.TCP_KEEPINTVL,
                    CulvertChannelOption.TCP_KEEPCNT);
        } else if (io == IoKind.EPOLL) {
            keepalive(options, EpollChannelOption.TCP_KEEPIDLE, EpollChannelOption.TCP_KEEPINTVL,
                    EpollChannelOption.TCP_KEEPCNT);
        } else if (io == IoKind.IO_URING) {
            keepalive(options, IoUringChannelOption.TCP_KEEPIDLE, IoUringChannelOption.TCP_KEEPINTVL,
                    IoUringChannelOption.TCP_KEEPCNT);
        } else {
            keepalive(options, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
        }
        return options;
    }

    private void keepalive(Map<ChannelOption<?>, Object> options, ChannelOption<Integer> idleSeconds,
            ChannelOption<Integer> intervalSeconds, ChannelOption<Integer> count) {
        int half = Math.max(1, seconds / 2);
        int probes = Math.min(MAX_PROBES, half);
        options.put(idleSeconds, half);
        options.put(intervalSeconds, half / probes);
        options.put(count, probes);
    }

    /** The timeout doubles each time, from 200 ms where the round trip is short. */
    private int retries() {
        int retries = 1;
        while (retries < MAX_RETRIES && RTO_MIN_SECONDS * ((2 << retries) - 1) < seconds) {
            retries++;
        }
        return retries;
    }
}
