/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * UDP_GRO: the kernel gives a train of datagrams in one read, and says how large each of them is. Not together with
 * MAX_DATAGRAM_PAYLOAD_SIZE, with which this Netty forgets that size. Loaded where the epoll transport is.
 */
final class Coalescing {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(Coalescing.class);
    private static final AtomicBoolean REPORTED = new AtomicBoolean();

    private Coalescing() {
    }

    /** Turns it on; false where the socket does not have it, which is logged once in a process. */
    static boolean set(Channel udp) {
        if (!(udp instanceof EpollDatagramChannel)) {
            return false;
        }
        try {
            return udp.config().setOption(EpollChannelOption.UDP_GRO, true);
        } catch (ChannelException e) {
            if (REPORTED.compareAndSet(false, true)) {
                LOGGER.info("UDP sockets refuse UDP_GRO: datagrams come one by one, which is slower", e);
            }
            return false;
        }
    }
}
