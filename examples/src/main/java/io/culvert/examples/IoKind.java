/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What drives the sockets: the choices of {@code --io}. */
enum IoKind {
    AUTO, NIO, EPOLL, IO_URING;

    static final String DESCRIPTION = "How the sockets are driven: ${COMPLETION-CANDIDATES} "
            + "(default: ${DEFAULT-VALUE}: epoll where it is there).";

    /** The kind to use; what was asked for and is not there is a wrong argument. */
    IoKind available(CommandLine command) {
        if (this == AUTO) {
            return Epoll.isAvailable() ? EPOLL : NIO;
        }
        Throwable missing = this == EPOLL ? Epoll.unavailabilityCause()
                : this == IO_URING ? IoUring.unavailabilityCause() : null;
        if (missing != null) {
            throw new ParameterException(command, "--io " + this + ": not available here (" + missing + ")");
        }
        return this;
    }

    IoHandlerFactory handlerFactory() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerChannel> tcpServer() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    Class<? extends Channel> tcpClient() {
        return switch (this) {
            case EPOLL -> EpollSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
            default -> NioSocketChannel.class;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase();
    }
}
