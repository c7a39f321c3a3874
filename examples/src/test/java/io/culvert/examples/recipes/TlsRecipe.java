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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** TLS 1.3 by Netty's SslHandler. */
final class TlsRecipe {
    private TlsRecipe() {
    }

    // recipe: contexts
    static SslContext serverContext(SslProvider provider, PrivateKey key, X509Certificate... chain)
            throws SSLException {
        return SslContextBuilder.forServer(key, chain)
                .sslProvider(provider)      // JDK, or OPENSSL: BoringSSL's natives in netty-tcnative-boringssl-static
                .protocols("TLSv1.3")
                .build();
    }

    static SslContext clientContext(SslProvider provider, X509Certificate... trusted) throws SSLException {
        return SslContextBuilder.forClient()
                .trustManager(trusted)
                .sslProvider(provider)
                .protocols("TLSv1.3")
                .build();
    }
    // recipe ends

    // recipe: server
    static ServerBootstrap server(EventLoopGroup group, SslContext tls, Supplier<ChannelHandler> application) {
        return new ServerBootstrap().group(group)
                .channel(CulvertServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), application.get());
                    }
                });
    }
    // recipe ends

    // recipe: client
    static Bootstrap client(EventLoopGroup group, SslContext tls, String host, int port, ChannelHandler application) {
        return new Bootstrap().group(group)
                .channel(CulvertChannel.class)
                .remoteAddress(host, port)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // with the name, so that the certificate is checked against it
                        channel.pipeline().addLast(tls.newHandler(channel.alloc(), host, port), application);
                    }
                });
    }
    // recipe ends
}
