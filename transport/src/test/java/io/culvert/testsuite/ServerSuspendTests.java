/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.ServerSocketSuspendTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The original is disabled, and measures how long a kernel's backlog holds connects up. Ours holds none up, so that
 * what is left to see is that a suspended server accepts nothing, and everything when it is resumed.
 */
abstract class ServerSuspendTests extends ServerSocketSuspendTest {
    private static final int CHANNELS = 10;

    private final IoKind io;

    ServerSuspendTests(IoKind io) {
        this.io = io;
    }

    @Override
    protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
        return io.serverFactories();
    }

    @Test
    @Override
    public void testSuspendAndResumeAccept(TestInfo testInfo) throws Throwable {
        run(testInfo, this::testSuspendAndResumeAccept);
    }

    @Override
    public void testSuspendAndResumeAccept(ServerBootstrap sb) throws Throwable {
        Counter counter = new Counter();
        Channel server = sb.option(ChannelOption.AUTO_READ, false).childHandler(counter).bind().sync().channel();
        List<BlockingSocket> sockets = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < CHANNELS; i++) {
                BlockingSocket socket = new BlockingSocket(io.client());
                socket.connect(server.localAddress());
                sockets.add(socket);
            }
            server.eventLoop().submit(() -> { }).sync();
            assertEquals(0, counter.accepted.availablePermits());

            server.config().setAutoRead(true);
            assertTrue(counter.accepted.tryAcquire(CHANNELS, BlockingServerSocket.PATIENCE_SECONDS, TimeUnit.SECONDS));
            server.config().setAutoRead(false);
        }
        sockets.forEach(BlockingSocket::close);
        server.close().sync();
    }

    @Sharable
    private static final class Counter extends ChannelInboundHandlerAdapter {
        private final Semaphore accepted = new Semaphore(0);

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.release();
        }
    }
}
