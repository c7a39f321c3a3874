/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.netty;

import io.culvert.bench.compare.contender.UnavailableException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.List;
import java.util.Locale;

/** What drives the sockets of a Netty transport. */
public enum SocketIo {
    /** Linux's epoll, by Netty's native library. */
    EPOLL(EpollDatagramChannel.class, EpollSocketChannel.class, EpollServerSocketChannel.class),
    /** The JDK's selectors. */
    NIO(NioDatagramChannel.class, NioSocketChannel.class, NioServerSocketChannel.class),
    /** Linux's io_uring, by Netty's native library. */
    IO_URING(IoUringDatagramChannel.class, IoUringSocketChannel.class, IoUringServerSocketChannel.class);

    private final Class<? extends DatagramChannel> datagramChannel;
    private final Class<? extends SocketChannel> socketChannel;
    private final Class<? extends ServerChannel> serverSocketChannel;

    SocketIo(Class<? extends DatagramChannel> datagramChannel, Class<? extends SocketChannel> socketChannel,
            Class<? extends ServerChannel> serverSocketChannel) {
        this.datagramChannel = datagramChannel;
        this.socketChannel = socketChannel;
        this.serverSocketChannel = serverSocketChannel;
    }

    /** All names, as on the command line. */
    public static List<String> names() {
        return List.of(EPOLL.toString(), NIO.toString(), IO_URING.toString());
    }

    /**
     * The one of that name.
     *
     * @throws UnavailableException if this machine does not have it
     */
    public static SocketIo of(String name) throws UnavailableException {
        SocketIo io = valueOf(name.toUpperCase(Locale.ROOT));
        Throwable why = switch (io) {
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
            case NIO -> null;
        };
        if (why != null) {
            Throwable root = why;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new UnavailableException("no " + io + " here: " + root.getMessage());
        }
        return io;
    }

    /** Makes event loops of this kind. */
    public IoHandlerFactory handlerFactory() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }

    /** UDP. */
    public Class<? extends DatagramChannel> datagramChannel() {
        return datagramChannel;
    }

    /** TCP. */
    public Class<? extends SocketChannel> socketChannel() {
        return socketChannel;
    }

    /** TCP that listens. */
    public Class<? extends ServerChannel> serverSocketChannel() {
        return serverSocketChannel;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
