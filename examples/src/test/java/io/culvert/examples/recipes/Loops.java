/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.Culvert;
import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a test, and an allocator for all that runs on them, the UDP sockets' buffers included, which must
 * have everything back when the loops have ended.
 */
final class Loops implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;

    private final EventLoopGroup group;
    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true, true);

    Loops(Io io) {
        group = new MultiThreadIoEventLoopGroup(2, io.factory());
    }

    EventLoopGroup group() {
        return group;
    }

    ByteBufAllocator buffers() {
        return buffers;
    }

    /** Makes the UDP channels count their buffers, too. */
    ChannelHandler countDatagrams() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel udp) {
                udp.config().setAllocator(buffers);
            }
        };
    }

    /** Binds to a free port of 127.0.0.1. */
    Channel listen(ServerBootstrap server) throws InterruptedException {
        return server.option(ChannelOption.ALLOCATOR, buffers)
                .option(CulvertChannelOption.DATAGRAM_HANDLER, countDatagrams())
                .childOption(ChannelOption.ALLOCATOR, buffers)
                .bind(free()).sync().channel();
    }

    CulvertChannel connect(Bootstrap client, Channel server) throws InterruptedException {
        return (CulvertChannel) client.option(ChannelOption.ALLOCATOR, buffers)
                .option(CulvertChannelOption.DATAGRAM_HANDLER, countDatagrams())
                .connect(server.localAddress()).sync().channel();
    }

    static InetSocketAddress free() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Makes the peer see a reset, and no end of stream before it. */
    static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        // below TLS and the codecs, which would say goodbye
        channel.pipeline().firstContext().close();
    }

    @Override
    public void close() {
        Culvert.drain(group).awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertTrue(group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS), "the event loops do not end");
        assertEquals(0, buffers.metric().usedDirectMemory() + buffers.metric().usedHeapMemory(),
                "bytes of buffers not released");
    }
}
