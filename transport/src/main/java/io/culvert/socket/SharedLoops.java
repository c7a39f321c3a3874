/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.Culvert;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of all factories that are given none: one per processor, in daemon threads, made at the first use. A
 * process that ends lets them deliver what closed sockets have left, as a kernel would, but not for ever.
 */
final class SharedLoops {
    static final Loops LOOPS = new Loops(open());

    private static final int DRAIN_SECONDS = 10;

    private SharedLoops() {
    }

    private static EventLoopGroup open() {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(NettyRuntime.availableProcessors(),
                new DefaultThreadFactory("culvert-socket", true), ioHandlerFactory());
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> Culvert.drain(group).awaitUninterruptibly(DRAIN_SECONDS, TimeUnit.SECONDS),
                "culvert-socket-drain"));
        return group;
    }

    private static IoHandlerFactory ioHandlerFactory() {
        return executor -> {
            var loop = (SingleThreadEventExecutor) executor;
            return ioHandlerFactory(() -> new WakefulSelect(loop.ticker(), () -> loop.pendingTasks() > 0))
                    .newHandler(executor);
        };
    }

    private static IoHandlerFactory ioHandlerFactory(SelectStrategyFactory select) {
        try {
            if (Epoll.isAvailable()) {
                return EpollIoHandler.newFactory(0, select);
            }
        } catch (LinkageError e) {
            // the application does without it
        }
        try {
            if (KQueue.isAvailable()) {
                return KQueueIoHandler.newFactory(0, select);
            }
        } catch (LinkageError e) {
            // the application does without it
        }
        return NioIoHandler.newFactory(SelectorProvider.provider(), select);
    }
}
