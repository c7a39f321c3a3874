/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The kinds of event loop under the sockets. */
enum Io {
    NIO, EPOLL;

    /** Skips the test where there is no such event loop. */
    EventLoopGroup newGroup() {
        return new MultiThreadIoEventLoopGroup(2, factory());
    }

    private IoHandlerFactory factory() {
        if (this == NIO) {
            return NioIoHandler.newFactory();
        }
        assumeTrue(Epoll.isAvailable(), () -> "skipped: no native epoll: " + Epoll.unavailabilityCause());
        return EpollIoHandler.newFactory();
    }

    Class<? extends SocketChannel> tcp() {
        return this == NIO ? NioSocketChannel.class : EpollSocketChannel.class;
    }
}
