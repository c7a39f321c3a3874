/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.StreamHandler;
import io.culvert.bench.compare.netty.SocketIo;
import io.culvert.bench.compare.netty.Tls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelBootstrap;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Netty's QUIC: one event loop and, for all connections of a client or to a port, one socket. */
final class QuicContender implements Contender {
    private static final String PROTOCOL = "culvert-bench";
    private static final int IP_AND_UDP_HEADER_BYTES = 28;
    /** What quiche can put into a packet at most. */
    private static final int MAX_PACKET_BYTES = 16_383;
    private static final int MAX_SEGMENTS = 64;
    /** What one call to the kernel can send or receive at most. */
    private static final int MAX_TRAIN_BYTES = 65_507;
    private static final int UDP_BUFFER_BYTES = 1 << 16;
    /** The more are read at once, the fewer acknowledgements are sent, and the fuller are the packets they allow. */
    private static final int UDP_READS_AT_ONCE = 64;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int STREAM_READ_BYTES = 1 << 16;
    private static final long WINDOW_BYTES = 64L << 20;
    private static final int IDLE_SECONDS = 60;
    private static final ChannelHandler NOTHING = new ChannelInboundHandlerAdapter() {
        @Override
        public boolean isSharable() {
            return true;
        }
    };

    private final SocketIo io;
    private final QuicCongestionControlAlgorithm congestion;
    private final int packetBytes;
    private final EventLoopGroup group;
    private final QuicSslContext server;
    private final QuicSslContext client;
    private Channel clientSocket;

    QuicContender(Setup setup, SocketIo io) throws Exception {
        this.io = io;
        congestion = switch (setup.congestion()) {
            case "bbr" -> QuicCongestionControlAlgorithm.BBR;
            case "newreno" -> QuicCongestionControlAlgorithm.RENO;
            default -> QuicCongestionControlAlgorithm.CUBIC;
        };
        packetBytes = setup.mtu() == 0 ? MAX_PACKET_BYTES
                : Math.min(MAX_PACKET_BYTES, setup.mtu() - IP_AND_UDP_HEADER_BYTES);
        group = new MultiThreadIoEventLoopGroup(1, io.handlerFactory());
        X509Bundle bundle = Tls.certificate();
        server = QuicSslContextBuilder
                .forServer(bundle.getKeyPair().getPrivate(), null, bundle.getCertificatePath())
                .applicationProtocols(PROTOCOL).build();
        client = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocols(PROTOCOL).build();
    }

    @Override
    public int listen(Supplier<? extends StreamHandler> handlers) {
        ChannelHandler codec = set(new QuicServerCodecBuilder().sslContext(server))
                // No Retry: a kernel that is not under attack makes nobody prove its address either.
                .tokenHandler(null)
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, segments())
                .handler(NOTHING)
                .streamHandler(initializer(() -> new QuicStream(handlers.get(), false)))
                .build();
        return ((InetSocketAddress) socket(codec).localAddress()).getPort();
    }

    @Override
    public void connect(InetSocketAddress remote, StreamHandler handler) {
        QuicChannelBootstrap bootstrap = QuicChannel.newBootstrap(clientSocket())
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, segments())
                .handler(NOTHING)
                .streamHandler(NOTHING)
                .remoteAddress(remote);
        QuicStream stream = new QuicStream(handler, true);
        bootstrap.connect().addListener(future -> {
            if (future.isSuccess()) {
                ((QuicChannel) future.getNow()).createStream(QuicStreamType.BIDIRECTIONAL,
                        initializer(() -> stream));
            } else {
                stream.fail(future.cause());
                stream.end();
            }
        });
    }

    private ChannelInitializer<QuicStreamChannel> initializer(Supplier<QuicStream> streams) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(QuicStreamChannel channel) {
                channel.config().setAllocator(PooledByteBufAllocator.DEFAULT)
                        .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(STREAM_READ_BYTES));
                channel.pipeline().addLast(streams.get());
            }
        };
    }

    private synchronized Channel clientSocket() {
        if (clientSocket == null) {
            clientSocket = socket(set(new QuicClientCodecBuilder().sslContext(client)).build());
        }
        return clientSocket;
    }

    private Channel socket(ChannelHandler codec) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(io.datagramChannel())
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(UDP_BUFFER_BYTES).maxMessagesPerRead(UDP_READS_AT_ONCE))
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .handler(codec);
        if (io == SocketIo.EPOLL) {
            bootstrap.option(EpollChannelOption.UDP_GRO, true);
        }
        return bootstrap.bind(0).syncUninterruptibly().channel();
    }

    private SegmentedDatagramPacketAllocator segments() {
        return io == SocketIo.EPOLL
                ? EpollQuicUtils.newSegmentedAllocator(Math.min(MAX_SEGMENTS, MAX_TRAIN_BYTES / packetBytes))
                : SegmentedDatagramPacketAllocator.NONE;
    }

    private <T extends QuicCodecBuilder<T>> T set(T builder) {
        return builder.maxIdleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
                .congestionControlAlgorithm(congestion)
                .maxSendUdpPayloadSize(packetBytes)
                .maxRecvUdpPayloadSize(packetBytes)
                .initialMaxData(WINDOW_BYTES)
                .initialMaxStreamDataBidirectionalLocal(WINDOW_BYTES)
                .initialMaxStreamDataBidirectionalRemote(WINDOW_BYTES)
                .initialMaxStreamsBidirectional(1);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
