/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;

/** An echo server in a process of its own; says its port, and ends when its input does. */
final class EchoProgram {
    static final int BUFFER_BYTES = 1 << 20;

    private EchoProgram() {
    }

    /** Takes the kind of event loop, the address to bind, and the MTU that the interface is said to have. */
    public static void main(String[] arguments) {
        try {
            serve(arguments);
        } catch (Exception e) {
            e.printStackTrace();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void serve(String[] arguments) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, Io.valueOf(arguments[0]).factory());
        Channel server = new ServerBootstrap().group(group).channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.INTERFACE_MTU, Integer.valueOf(arguments[2]))
                .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
                .childOption(ChannelOption.SO_SNDBUF, BUFFER_BYTES)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new EchoHandler());
                    }
                }).bind(new InetSocketAddress(arguments[1], 0)).sync().channel();
        System.out.println(((InetSocketAddress) server.localAddress()).getPort());
        while (System.in.read() >= 0) {
            continue;
        }
    }
}
