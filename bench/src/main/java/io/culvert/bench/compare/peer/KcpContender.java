/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.StreamHandler;
import io.culvert.bench.compare.netty.SocketIo;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * KCP by java-Kcp: one event loop and, for all sessions of a client or to a port, one socket. Of the library only the
 * protocol is used; on its own threads, a queue between each step and the next, it is slower.
 */
final class KcpContender implements Contender {
    private static final int IP_AND_UDP_HEADER_BYTES = 28;
    private static final int MAX_DATAGRAM_BYTES = 65_507;
    private static final int READ_BYTES = 1 << 16;
    private static final int READS_AT_ONCE = 64;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private final SocketIo io;
    private final int datagramBytes;
    private final EventLoopGroup group;
    private KcpSocket clientSocket;

    KcpContender(Setup setup, SocketIo io) {
        this.io = io;
        datagramBytes = setup.mtu() == 0 ? MAX_DATAGRAM_BYTES : setup.mtu() - IP_AND_UDP_HEADER_BYTES;
        group = new MultiThreadIoEventLoopGroup(1, io.handlerFactory());
    }

    @Override
    public int listen(Supplier<? extends StreamHandler> handlers) {
        return ((InetSocketAddress) bind(new KcpSocket(datagramBytes, handlers)).localAddress()).getPort();
    }

    @Override
    public void connect(InetSocketAddress remote, StreamHandler handler) {
        clientSocket().connect(remote, handler);
    }

    private synchronized KcpSocket clientSocket() {
        if (clientSocket == null) {
            clientSocket = new KcpSocket(datagramBytes, null);
            bind(clientSocket);
        }
        return clientSocket;
    }

    private Channel bind(KcpSocket socket) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(io.datagramChannel())
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(READS_AT_ONCE))
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .handler(socket);
        if (io == SocketIo.EPOLL) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, datagramBytes);
        }
        return bootstrap.bind(0).syncUninterruptibly().channel();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
