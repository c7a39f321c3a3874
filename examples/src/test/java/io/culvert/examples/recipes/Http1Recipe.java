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
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import java.util.function.Supplier;

/** HTTP/1.1 by Netty's codecs. */
final class Http1Recipe {
    private Http1Recipe() {
    }

    // recipe: server
    static ServerBootstrap server(EventLoopGroup group, int maxBodyBytes, Supplier<ChannelHandler> application) {
        return new ServerBootstrap().group(group)
                .channel(CulvertServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpServerKeepAliveHandler(),
                                new HttpObjectAggregator(maxBodyBytes), application.get());
                    }
                });
    }
    // recipe ends

    // recipe: client
    static Bootstrap client(EventLoopGroup group, int maxBodyBytes, ChannelHandler application) {
        return new Bootstrap().group(group)
                .channel(CulvertChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // The second true: a session that ends without the response throws.
                        channel.pipeline().addLast(new HttpClientCodec(new HttpDecoderConfig(), false, true),
                                new HttpObjectAggregator(maxBodyBytes), application);
                    }
                });
    }
    // recipe ends
}
