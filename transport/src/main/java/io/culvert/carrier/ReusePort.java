/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.net.StandardSocketOptions;

/**
 * SO_REUSEPORT: several UDP sockets on one port, among which the kernel divides the peers. Only our own: the first
 * socket of a port is bound without it, so that a port which somebody else has is refused, and is given it afterwards.
 */
final class ReusePort {
    private static final ChannelOption<Boolean> NIO = NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
    private static final boolean UNIX = CarrierFactory.isPresent("io.netty.channel.unix.UnixChannelOption");

    private ReusePort() {
    }

    /** Sets it; false where the platform, or the kind of channel, does not have it. */
    static boolean set(Channel udp) {
        return accepts(udp, NIO) || UNIX && Unix.set(udp);
    }

    private static boolean accepts(Channel udp, ChannelOption<Boolean> option) {
        try {
            return udp.config().setOption(option, true);
        } catch (ChannelException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Loaded where the native transports are. */
    private static final class Unix {
        static boolean set(Channel udp) {
            return accepts(udp, UnixChannelOption.SO_REUSEPORT);
        }
    }
}
