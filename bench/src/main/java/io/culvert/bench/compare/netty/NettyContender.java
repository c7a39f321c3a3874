/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.netty;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.StreamHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A transport whose connections are Netty channels of bytes, with TLS or without: one event loop on each side. */
final class NettyContender implements Contender {
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 19, 1 << 20);

    private final EventLoopGroup group;
    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends Channel> channel;
    private final Map<ChannelOption<Object>, Supplier<?>> options = new LinkedHashMap<>();
    private final Tls tls;

    NettyContender(Setup setup, SocketIo io, Class<? extends ServerChannel> serverChannel,
            Class<? extends Channel> channel) throws Exception {
        this.serverChannel = serverChannel;
        this.channel = channel;
        tls = setup.tls() ? new Tls() : null;
        group = new MultiThreadIoEventLoopGroup(1, io.handlerFactory());
        with(ChannelOption.WRITE_BUFFER_WATER_MARK, () -> WATER_MARK);
    }

    /** Sets an option of connections on both sides; each one asks for the value, which may be used up by setting it. */
    @SuppressWarnings("unchecked")
    <T> NettyContender with(ChannelOption<T> option, Supplier<T> value) {
        options.put((ChannelOption<Object>) option, value);
        return this;
    }

    private void configure(Channel connection) {
        options.forEach((option, value) -> connection.config().setOption(option, value.get()));
    }

    @Override
    public int listen(Supplier<? extends StreamHandler> handlers) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(serverChannel)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        configure(child);
                        if (tls != null) {
                            child.pipeline().addLast(tls.server(child.alloc()));
                        }
                        child.pipeline().addLast(new NettyStream(handlers.get(), tls != null));
                    }
                });
        return ((InetSocketAddress) bootstrap.bind(0).syncUninterruptibly().channel().localAddress()).getPort();
    }

    @Override
    public void connect(InetSocketAddress remote, StreamHandler handler) {
        NettyStream stream = new NettyStream(handler, tls != null);
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(channel)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        configure(connection);
                        if (tls != null) {
                            connection.pipeline().addLast(tls.client(connection.alloc()));
                        }
                        connection.pipeline().addLast(stream);
                    }
                });
        bootstrap.connect(remote).addListener(future -> {
            if (!future.isSuccess()) {
                stream.fail(future.cause());
                stream.end();
            }
        });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
