/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.udp;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.InterfaceMtu;
import io.culvert.bench.compare.contender.StreamHandler;
import io.culvert.bench.compare.netty.SocketIo;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** UDP sockets and the streams on them: one for a server and all its streams, one for each stream of a client. */
final class UdpContender implements Contender {
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int MAX_DATAGRAM_BYTES = 65_507;
    private static final int IP_AND_UDP_BYTES = 28;

    private final int mtu;
    private final SocketIo io;
    private final boolean trains;
    private final EventLoopGroup group;

    UdpContender(int mtu, SocketIo io) {
        this.mtu = mtu;
        this.io = io;
        trains = io == SocketIo.EPOLL && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
        group = new MultiThreadIoEventLoopGroup(1, io.handlerFactory());
    }

    private Bootstrap socket() {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(io.datagramChannel())
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(trains || mtu == 0 ? 1 << 16 : mtu));
        return trains ? bootstrap.option(EpollChannelOption.UDP_GRO, true) : bootstrap;
    }

    @Override
    public int listen(Supplier<? extends StreamHandler> handlers) {
        Channel channel = socket().handler(new Server(handlers)).bind(0).syncUninterruptibly().channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void connect(InetSocketAddress remote, StreamHandler handler) throws IOException {
        int most = mtu == 0 ? InterfaceMtu.towards(remote.getAddress().getHostAddress()) : mtu;
        int datagramBytes = Math.min(MAX_DATAGRAM_BYTES, most - IP_AND_UDP_BYTES);
        socket().handler(new Client(remote, handler, datagramBytes)).connect(remote).addListener(future -> {
            if (!future.isSuccess()) {
                handler.closed(null, future.cause());
            }
        });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /** A client's socket has one stream. */
    private final class Client extends ChannelInboundHandlerAdapter {
        private final InetSocketAddress remote;
        private final StreamHandler handler;
        private final int datagramBytes;
        private UdpStream stream;

        Client(InetSocketAddress remote, StreamHandler handler, int datagramBytes) {
            this.remote = remote;
            this.handler = handler;
            this.datagramBytes = datagramBytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            stream = new UdpStream(ctx, remote, handler, datagramBytes, trains, () -> ctx.channel().close());
            stream.sayHello();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            stream.read(packet.content());
            packet.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            stream.readComplete();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (stream != null) {
                stream.end(cause);
            }
        }
    }

    /** A server's socket tells its streams apart by who sends. */
    private final class Server extends ChannelInboundHandlerAdapter {
        private final Supplier<? extends StreamHandler> handlers;
        private final Map<InetSocketAddress, UdpStream> streams = new HashMap<>();
        private InetSocketAddress lastSender;
        private UdpStream last;

        Server(Supplier<? extends StreamHandler> handlers) {
            this.handlers = handlers;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            // Of a train all have the same address object.
            if (packet.sender() != lastSender) {
                select(ctx, packet.sender(), packet.content());
            }
            if (last != null) {
                last.read(packet.content());
            }
            packet.release();
        }

        private void select(ChannelHandlerContext ctx, InetSocketAddress sender, ByteBuf datagram) {
            UdpStream stream = streams.get(sender);
            if (stream == null && Header.kind(datagram) == Header.HELLO) {
                stream = new UdpStream(ctx, sender, handlers.get(), replyBytes(), trains, () -> forget(sender));
                streams.put(sender, stream);
            }
            if (stream != last && last != null) {
                last.readComplete();
            }
            if (stream != null && Header.kind(datagram) == Header.HELLO) {
                stream.sendControl(Header.HELLO, 0);
                ctx.flush();
            }
            last = stream;
            lastSender = sender;
        }

        private int replyBytes() {
            return (mtu == 0 ? MAX_DATAGRAM_BYTES + IP_AND_UDP_BYTES : mtu) - IP_AND_UDP_BYTES;
        }

        private void forget(InetSocketAddress sender) {
            streams.remove(sender);
            last = null;
            lastSender = null;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (last != null) {
                last.readComplete();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.fireChannelReadComplete();
        }
    }
}
