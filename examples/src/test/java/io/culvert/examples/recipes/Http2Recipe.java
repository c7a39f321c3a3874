/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.concurrent.Future;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** HTTP/2 by Netty's codecs: a Culvert session, a channel in it for each stream. */
final class Http2Recipe {
    private static final int MAX_BODY_BYTES = 16 << 20;

    private Http2Recipe() {
    }

    // recipe: streams
    /** Of one stream, on either side: {@code FullHttpRequest} and {@code FullHttpResponse} to the application. */
    static ChannelInitializer<Channel> stream(boolean server, Supplier<ChannelHandler> application) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(server),
                        new HttpObjectAggregator(MAX_BODY_BYTES), application.get());
            }
        };
    }
    // recipe ends

    // recipe: prior knowledge
    static ServerBootstrap server(EventLoopGroup group, Supplier<ChannelHandler> application) {
        return new ServerBootstrap().group(group)
                .channel(CulvertServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        serve(channel.pipeline(), application);
                    }
                });
    }

    static void serve(ChannelPipeline pipeline, Supplier<ChannelHandler> application) {
        // what a close waits for streams that have begun; 0 unless set
        pipeline.addLast(Http2FrameCodecBuilder.forServer().gracefulShutdownTimeoutMillis(30_000).build(),
                new Http2MultiplexHandler(stream(true, application)));
    }

    static Bootstrap client(EventLoopGroup group) {
        return new Bootstrap().group(group)
                .channel(CulvertChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open(channel.pipeline());
                    }
                });
    }

    static void open(ChannelPipeline pipeline) {
        pipeline.addLast(Http2FrameCodecBuilder.forClient()
                        .initialSettings(Http2Settings.defaultSettings().pushEnabled(false)).build(),
                new Http2MultiplexHandler(stream(false, ChannelInboundHandlerAdapter::new)));
    }

    /** A request's stream, in the session. */
    static Future<Http2StreamChannel> stream(Channel session, ChannelHandler application) {
        return new Http2StreamChannelBootstrap(session).handler(stream(false, () -> application)).open();
    }
    // recipe ends

    // recipe: over TLS
    static SslContext withAlpn(SslContextBuilder tls) throws SSLException {
        return tls.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }

    static ServerBootstrap server(EventLoopGroup group, SslContext tls, Supplier<ChannelHandler> application) {
        return server(group, application).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc()),
                        new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
                            @Override
                            protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                                if (!protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                                    throw new IllegalStateException("the client offers no HTTP/2");
                                }
                                serve(ctx.pipeline(), application);
                            }
                        });
            }
        });
    }

    static Bootstrap client(EventLoopGroup group, SslContext tls, String host, int port) {
        return client(group).handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc(), host, port));
                open(channel.pipeline());
            }
        });
    }
    // recipe ends
}
