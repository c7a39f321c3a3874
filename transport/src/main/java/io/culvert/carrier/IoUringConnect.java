/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.uring.IoUringDatagramChannel;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Connects the UDP socket of an io_uring channel with the plain system call, which never blocks: Netty's would be done
 * with the next batch of the event loop, after the SYN is to leave, and who connects wants to know at once whether
 * there is a way to the peer. The channel itself does not come to know that its socket is connected.
 */
final class IoUringConnect {
    private IoUringConnect() {
    }

    static boolean isFor(Channel udp) {
        return udp instanceof IoUringDatagramChannel;
    }

    static void connect(Carrier carrier, InetSocketAddress remote) throws IOException {
        Socket socket = (Socket) ((IoUringDatagramChannel) carrier.udp()).fd();
        socket.connect(remote);
        carrier.connected(socket.localAddress(), socket.remoteAddress(), remote);
    }
}
