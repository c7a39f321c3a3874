/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.sim.PathPair;
import io.culvert.sim.SimulatedNetwork;
import io.culvert.sim.SimulatedWorld;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A whole session in virtual time: the client sends some bytes, reads them back from an echo server and ends its
 * output, after which both close. The client's end is observed.
 */
final class SimulatedEcho implements AutoCloseable {
    static final int SERVER_PORT = 7007;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final InetAddress clientHost;
    private final InetAddress serverHost;
    private final PathPair path;

    SimulatedEcho(String clientHost, String serverHost) {
        this.clientHost = SimulatedNetwork.host(clientHost);
        this.serverHost = SimulatedNetwork.host(serverHost);
        path = world.network().between(this.clientHost, this.serverHost).delay(Duration.ofMillis(20));
    }

    /** Between two hosts of IPv4, 20 ms from each other. */
    static SimulatedEcho overIpv4() {
        return new SimulatedEcho("192.0.2.1", "192.0.2.2");
    }

    /** Between two hosts of IPv6, 20 ms from each other. */
    static SimulatedEcho overIpv6() {
        return new SimulatedEcho("2001:db8::1", "2001:db8::2");
    }

    /** The way between the hosts. */
    PathPair path() {
        return path;
    }

    /** The byte of the stream at a place. */
    static byte pattern(int at) {
        return (byte) (at * 31 + at / 251);
    }

    /** Runs a session to the end of TIME-WAIT. */
    void run(int bytes, SessionObserver observer) {
        InetSocketAddress server = new InetSocketAddress(serverHost, SERVER_PORT);
        ChannelFuture listening = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(serverHost))
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Echo());
                    }
                }).bind(server);
        world.await(listening);
        Channel client = new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(clientHost))
                .option(CulvertChannelOption.SESSION_OBSERVER, observer)
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new Sender(bytes))
                .connect(server).channel();
        world.runUntil(() -> !client.isOpen(), LIMIT);
        listening.channel().close();
        world.runUntilQuiet(LIMIT);
    }

    @Override
    public void close() {
        world.assertNoLeak();
        world.close();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.close();
            }
        }
    }

    private static final class Sender extends ChannelInboundHandlerAdapter {
        private final int bytes;
        private int echoed;

        Sender(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ByteBuf stream = ctx.alloc().buffer(bytes);
            for (int i = 0; i < bytes; i++) {
                stream.writeByte(pattern(i));
            }
            ctx.writeAndFlush(stream);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            echoed += ((ByteBuf) message).readableBytes();
            ((ByteBuf) message).release();
            if (echoed == bytes) {
                ((DuplexChannel) ctx.channel()).shutdownOutput();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.close();
            }
        }
    }
}
