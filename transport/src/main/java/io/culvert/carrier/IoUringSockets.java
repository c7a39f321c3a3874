/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.Socket;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What an io_uring channel would do with the next turns of its event loop, done at once. Touched only where Netty's
 * io_uring classes are present.
 */
final class IoUringSockets {
    private IoUringSockets() {
    }

    static boolean has(Channel udp) {
        return udp instanceof IoUringDatagramChannel;
    }

    /**
     * Connects the UDP socket with the plain system call, which never blocks: the SYN is to leave right behind it, and
     * who connects wants to know whether there is a way to the peer. The channel itself does not come to know of it.
     */
    static void connect(Carrier carrier, InetSocketAddress remote) throws IOException {
        Socket socket = (Socket) ((IoUringDatagramChannel) carrier.udp()).fd();
        socket.connect(remote);
        carrier.connected(socket.localAddress(), socket.remoteAddress(), remote);
    }

    /** Who handles the sockets of an io_uring event loop; {@code null} for other loops. Called on that loop. */
    static IoHandler handlerOf(EventLoop loop) {
        if (loop instanceof IoEventLoop ioLoop && ioLoop.isIoType(IoUringIoHandler.class)) {
            IoRegistration registration = ioLoop.register(new Visitor()).getNow();
            if (registration != null) {
                Object attachment = registration.attachment();
                registration.cancel();
                return attachment instanceof IoHandler handler ? handler : null;
            }
        }
        return null;
    }

    /** Is registered for a moment, which tells who handles the loop's sockets. */
    private static final class Visitor implements IoUringIoHandle {
        @Override
        public void handle(IoRegistration registration, IoEvent event) {
        }

        @Override
        public void close() {
        }
    }
}
