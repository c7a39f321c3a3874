/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What Netty's testsuite takes {@link java.net.ServerSocket} for: a server channel of ours, used from outside. */
final class BlockingServerSocket implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<BlockingSocket> accepted = new LinkedBlockingQueue<>();
    private final Channel channel;

    BlockingServerSocket(ServerBootstrap bootstrap, SocketAddress local) throws InterruptedException {
        channel = bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        BlockingSocket socket = new BlockingSocket();
                        child.pipeline().addLast(socket);
                        accepted.add(socket);
                    }
                }).bind(local).sync().channel();
    }

    SocketAddress localAddress() {
        return channel.localAddress();
    }

    BlockingSocket accept() throws SocketTimeoutException, InterruptedException {
        BlockingSocket next = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new SocketTimeoutException("nothing was accepted");
        }
        return next;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
