/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** On real sockets; nothing is sent. */
class DontFragmentTest {
    private static final IntegerUnixChannelOption IPV4 = new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);
    private static final IntegerUnixChannelOption IPV6 = new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", 41, 23);
    private static final int PROBE = 3;
    private static final int JDK_WITH_THE_OPTION = 19;

    /** Something done with an open socket. */
    private interface Check {
        void on(Channel socket);
    }

    private static void with(IoHandlerFactory io, Supplier<Channel> socket, Check check) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
        try {
            Channel channel = new Bootstrap().group(group).channelFactory(socket::get)
                    .handler(new ChannelInboundHandlerAdapter()).bind(0).sync().channel();
            check.on(channel);
            channel.close().sync();
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSocketOfBothVersionsGetsBothOptions() throws Exception {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll");
        with(EpollIoHandler.newFactory(), () -> new EpollDatagramChannel(SocketProtocolFamily.INET6), socket -> {
            assertEquals(new DontFragment(true, true), DontFragment.set(socket));
            assertEquals(PROBE, socket.config().getOption(IPV4));
            assertEquals(PROBE, socket.config().getOption(IPV6));
        });
    }

    @Test
    void anIpv4SocketGetsItsOwn() throws Exception {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll");
        with(EpollIoHandler.newFactory(), () -> new EpollDatagramChannel(SocketProtocolFamily.INET), socket -> {
            assertEquals(new DontFragment(true, false), DontFragment.set(socket));
            assertEquals(PROBE, socket.config().getOption(IPV4));
        });
    }

    @Test
    void socketsOfIoUringGetTheSame() throws Exception {
        assumeTrue(IoUring.isAvailable(), "skipped: no io_uring");
        with(IoUringIoHandler.newFactory(), () -> new IoUringDatagramChannel(SocketProtocolFamily.INET6), socket -> {
            assertEquals(new DontFragment(true, true), DontFragment.set(socket));
            assertEquals(PROBE, socket.config().getOption(IPV4));
            assertEquals(PROBE, socket.config().getOption(IPV6));
        });
        with(IoUringIoHandler.newFactory(), () -> new IoUringDatagramChannel(SocketProtocolFamily.INET), socket -> {
            assertEquals(new DontFragment(true, false), DontFragment.set(socket));
            assertEquals(PROBE, socket.config().getOption(IPV4));
        });
    }

    // JDK-8284890
    @Test
    void aSocketOfTheJdkHasTheOptionSinceJdk19() throws Exception {
        boolean known = Runtime.version().feature() >= JDK_WITH_THE_OPTION;
        with(NioIoHandler.newFactory(), NioDatagramChannel::new,
                socket -> assertEquals(new DontFragment(known, known), DontFragment.set(socket)));
    }

    @Test
    void whatKnowsNoSuchOptionIsLeftAlone() {
        assertEquals(DontFragment.UNSET, DontFragment.set(new EmbeddedChannel()));
    }

    @Test
    void aDatagramThatIsTooLongIsToldFromOtherFailures() {
        assertTrue(DontFragment.isTooLong(new IOException("Message too long")));
        assertFalse(DontFragment.isTooLong(new IOException("Connection refused")));
        assertFalse(DontFragment.isTooLong(new IOException()));
    }
}
