/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The kernel's buffers of a UDP socket, as asked for and as granted. A burst that the receive buffer does not take is
 * lost, which on a fast path costs more than anything else; so a kernel that grants less than was asked is reported,
 * once in a process.
 *
 * @param receiveBytes what waits to be read by us at most
 * @param sendBytes what waits to leave at most
 */
record SocketBuffers(int receiveBytes, int sendBytes) {
    /** Asked for in each direction. */
    static final int ASKED_BYTES = 4 * 1024 * 1024;
    /** What is taken for granted when a socket does not say. */
    static final SocketBuffers UNKNOWN = new SocketBuffers(ASKED_BYTES, ASKED_BYTES);

    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(SocketBuffers.class);
    private static final int LEAST_ASKED_BYTES = 64 * 1024;
    private static final AtomicBoolean REPORTED = new AtomicBoolean();

    /**
     * Asks for large buffers.
     *
     * @param doubled whether the socket says twice what was granted
     */
    static SocketBuffers ask(ChannelConfig config, boolean doubled) {
        return ask(config, doubled, REPORTED);
    }

    static SocketBuffers ask(ChannelConfig config, boolean doubled, AtomicBoolean reported) {
        SocketBuffers granted = new SocketBuffers(ask(config, ChannelOption.SO_RCVBUF, doubled),
                ask(config, ChannelOption.SO_SNDBUF, doubled));
        if (granted.isClamped() && reported.compareAndSet(false, true)) {
            LOGGER.info(granted.report());
        }
        return granted;
    }

    private static int ask(ChannelConfig config, ChannelOption<Integer> option, boolean doubled) {
        // Linux grants what it allows; a BSD refuses what it does not
        for (int bytes = ASKED_BYTES; bytes >= LEAST_ASKED_BYTES; bytes /= 2) {
            try {
                config.setOption(option, bytes);
                break;
            } catch (ChannelException refused) {
                LOGGER.debug("{} bytes of {} are refused", bytes, option, refused);
            }
        }
        Integer said = config.getOption(option);
        return said == null ? ASKED_BYTES : doubled ? said / 2 : said;
    }

    boolean isClamped() {
        return receiveBytes < ASKED_BYTES || sendBytes < ASKED_BYTES;
    }

    /** What an operator should know and do. */
    String report() {
        StringBuilder text = new StringBuilder("the kernel grants UDP sockets less buffer than Culvert asks for, ")
                .append("which costs datagrams on fast paths:");
        String separator = " ";
        if (receiveBytes < ASKED_BYTES) {
            text.append(separator).append("SO_RCVBUF ").append(receiveBytes).append(" of ").append(ASKED_BYTES)
                    .append(" bytes (on Linux: sysctl -w net.core.rmem_max=").append(ASKED_BYTES).append(')');
            separator = ", ";
        }
        if (sendBytes < ASKED_BYTES) {
            text.append(separator).append("SO_SNDBUF ").append(sendBytes).append(" of ").append(ASKED_BYTES)
                    .append(" bytes (on Linux: sysctl -w net.core.wmem_max=").append(ASKED_BYTES).append(')');
        }
        return text.toString();
    }
}
