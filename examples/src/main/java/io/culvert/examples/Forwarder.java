/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.examples.TunnelUrl.Protocol;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The tunnel at work: accepts on one side, connects to the other for each, and joins the two by a {@link Relay}. */
final class Forwarder {
    private static final int CLOSE_SECONDS = 10;

    private final TunnelUrl listen;
    private final TunnelUrl to;
    private final IoKind io;
    private final SslContext tls;
    private final SilentPeer silentPeer;
    private final PrintWriter out;
    private final Map<ChannelOption<?>, Object> culvertOptions = new HashMap<>();
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
    private final Set<Relay> relays = ConcurrentHashMap.newKeySet();
    private Bootstrap far;
    private Channel server;

    /**
     * A tunnel that is not open.
     *
     * @param tls for the Culvert leg, {@code null} for none
     * @param out gets a line for each session at its end
     */
    Forwarder(TunnelUrl listen, TunnelUrl to, IoKind io, SslContext tls, SilentPeer silentPeer, PrintWriter out) {
        this.listen = listen;
        this.to = to;
        this.io = io;
        this.tls = tls;
        this.silentPeer = silentPeer;
        this.out = out;
    }

    /** Sets an option of the Culvert side: of its server channel, or of each channel that connects. */
    <T> Forwarder culvertOption(ChannelOption<T> option, T value) {
        culvertOptions.put(option, value);
        return this;
    }

    /** Everything open: the server, and both legs of each session. */
    ChannelGroup channels() {
        return channels;
    }

    /** Listens, and says where. */
    InetSocketAddress open(EventLoopGroup group) throws InterruptedException, UnknownHostException {
        InetSocketAddress target = to.resolve();
        far = new Bootstrap()
                .group(group)
                .channel(to.isCulvert() ? CulvertChannel.class : io.tcpClient())
                .remoteAddress(target);
        options(to.protocol()).forEach((option, value) -> far.option(untyped(option), value));
        ServerBootstrap near = new ServerBootstrap()
                .group(group)
                .channel(listen.isCulvert() ? CulvertServerChannel.class : io.tcpServer())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        options(listen.protocol()).forEach((option, value) -> near.childOption(untyped(option), value));
        if (listen.isCulvert()) {
            culvertOptions.forEach((option, value) -> near.option(untyped(option), value));
        } else {
            culvertOptions.forEach((option, value) -> far.option(untyped(option), value));
            near.option(ChannelOption.SO_REUSEADDR, true);
        }
        server = near.bind(listen.resolve()).sync().channel();
        channels.add(server);
        return (InetSocketAddress) server.localAddress();
    }

    private Map<ChannelOption<?>, Object> options(Protocol protocol) {
        Map<ChannelOption<?>, Object> options = silentPeer.options(protocol, io);
        // Nothing is read before it can be passed on: what comes early waits in the window.
        options.put(ChannelOption.AUTO_READ, false);
        options.put(ChannelOption.ALLOW_HALF_CLOSURE, true);
        return options;
    }

    @SuppressWarnings("unchecked")
    private static ChannelOption<Object> untyped(ChannelOption<?> option) {
        return (ChannelOption<Object>) option;
    }

    private void accept(Channel channel) {
        Relay relay = new Relay(this::connect, this::closed);
        relays.add(relay);
        channels.add(channel);
        if (tls != null && listen.isCulvert()) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(relay.near());
    }

    private void connect(Relay relay) {
        relay.connecting(far.clone(relay.near().channel().eventLoop())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        if (tls != null && to.isCulvert()) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc(), to.host(), to.port()));
                        }
                        channel.pipeline().addLast(relay.far());
                    }
                }).connect());
    }

    private void closed(Relay relay) {
        relays.remove(relay);
        out.println(relay.statistic());
    }

    /** Listens no more, resets the sessions, and waits until their lines are printed. */
    void close() {
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        relays.forEach(Relay::stop);
        channels.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
