/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.SocketOption;

/**
 * The don't-fragment bit of a UDP socket, for either IP version: a socket may well take the option of one and not that
 * of the other, and one that speaks both needs both.
 *
 * @param ipv4 whether IPv4 datagrams have the bit
 * @param ipv6 whether this host does not fragment IPv6 datagrams; on the way nobody does
 */
record DontFragment(boolean ipv4, boolean ipv6) {
    /** Of a socket of which nothing is known. */
    static final DontFragment UNSET = new DontFragment(false, false);

    /** {@code jdk.net.ExtendedSocketOptions.IP_DONTFRAGMENT}, for both versions; {@code null} before JDK 19. */
    private static final ChannelOption<Boolean> NIO = nioOption();
    private static final boolean UNIX =
            CarrierFactory.isPresent("io.netty.channel.unix.IntegerUnixChannelOption");

    /** Sets it on a socket, as far as the socket knows how. */
    static DontFragment set(Channel udp) {
        if (NIO != null && accepts(udp, NIO, true)) {
            return new DontFragment(true, true);
        }
        return UNIX ? Unix.set(udp) : UNSET;
    }

    /** Whether a datagram was not sent because it is too long (EMSGSIZE). */
    static boolean isTooLong(Throwable cause) {
        return String.valueOf(cause.getMessage()).contains("Message too long") || UNIX && Unix.isTooLong(cause);
    }

    private static <T> boolean accepts(Channel udp, ChannelOption<T> option, T value) {
        try {
            return udp.config().setOption(option, value);
        } catch (ChannelException | UnsupportedOperationException e) {
            return false;
        }
    }

    @SuppressWarnings("unchecked")
    private static ChannelOption<Boolean> nioOption() {
        try {
            Object option = Class.forName("jdk.net.ExtendedSocketOptions").getField("IP_DONTFRAGMENT").get(null);
            return NioChannelOption.of((SocketOption<Boolean>) option);
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }

    /** What the native transports take: the numbers of the system's own headers. */
    private static final class Unix {
        private static final int IPPROTO_IP = 0;
        private static final int IPPROTO_IPV6 = 41;
        /**
         * Linux, IP_PMTUDISC_PROBE: sets the bit and ignores what ICMP claims of the path, which anybody may have sent
         * (RFC 8899 4.6.1). What this host's own interface does not take is still refused.
         */
        private static final int PROBE = 3;
        private static final IntegerUnixChannelOption LINUX_IPV4 =
                new IntegerUnixChannelOption("IP_MTU_DISCOVER", IPPROTO_IP, 10);
        private static final IntegerUnixChannelOption LINUX_IPV6 =
                new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", IPPROTO_IPV6, 23);
        private static final IntegerUnixChannelOption MACOS_IPV4 =
                new IntegerUnixChannelOption("IP_DONTFRAG", IPPROTO_IP, 28);
        private static final IntegerUnixChannelOption MACOS_IPV6 =
                new IntegerUnixChannelOption("IPV6_DONTFRAG", IPPROTO_IPV6, 62);

        private static final boolean MACOS = System.getProperty("os.name", "").startsWith("Mac");
        private static final int EMSGSIZE = MACOS ? 40 : 90;

        /** The text of an error is in the language of the host, its number is not. */
        static boolean isTooLong(Throwable cause) {
            return cause instanceof Errors.NativeIoException e && e.expectedErr() == -EMSGSIZE;
        }

        static DontFragment set(Channel udp) {
            return MACOS
                    ? new DontFragment(accepts(udp, MACOS_IPV4, 1), accepts(udp, MACOS_IPV6, 1))
                    : new DontFragment(accepts(udp, LINUX_IPV4, PROBE), accepts(udp, LINUX_IPV6, PROBE));
        }
    }
}
