/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.Culvert;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a command. Closing waits until every session has delivered what it had, because the sockets go
 * away with the loops.
 */
final class Stack implements AutoCloseable {
    private static final int DRAIN_SECONDS = 10;
    private static final int SHUTDOWN_SECONDS = 2;

    private final EventLoopGroup group;

    Stack(int threads, IoHandlerFactory ioHandlerFactory) {
        group = new MultiThreadIoEventLoopGroup(threads, ioHandlerFactory);
    }

    /** For UDP and TCP. */
    Stack(int threads, IoKind io) {
        group = io == IoKind.EPOLL ? new EpollLoops(threads)
                : new MultiThreadIoEventLoopGroup(threads, io.handlerFactory());
    }

    EventLoopGroup group() {
        return group;
    }

    /** Waits, but not for ever, until no session has anything left to deliver. */
    void drain() {
        Culvert.drain(group).awaitUninterruptibly(DRAIN_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        drain();
        group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }
}
