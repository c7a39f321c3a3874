/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;

/**
 * A server in a process of its own. Says its port; for every byte of its input collects garbage and says how many bytes
 * of heap are left in use; ends when its input does.
 */
final class CrowdServer {
    private CrowdServer() {
    }

    /** Takes how many bytes it answers with. */
    public static void main(String[] arguments) throws Exception {
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(io);
        var bound = new ServerBootstrap().group(group).channel(CulvertServerChannel.class)
                .childHandler(new Answering(Integer.parseInt(arguments[0])))
                .bind(new InetSocketAddress("127.0.0.1", 0)).sync();
        System.out.println(((InetSocketAddress) bound.channel().localAddress()).getPort());
        while (System.in.read() >= 0) {
            System.gc();
            System.out.println(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        Runtime.getRuntime().halt(0);
    }
}
