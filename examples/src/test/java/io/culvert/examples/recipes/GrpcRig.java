/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A gRPC server and a client of it, by the recipe. */
final class GrpcRig implements AutoCloseable {
    final GrpcService service = new GrpcService();
    final Server server;
    final ManagedChannel client;
    /** The channels that the server has accepted. */
    final List<Channel> accepted = new CopyOnWriteArrayList<>();
    private final Loops loops;

    GrpcRig(Loops loops) throws Exception {
        this.loops = loops;
        server = serverBuilder().addService(service.definition()).build().start();
        client = clientBuilder(server.getListenSockets().get(0)).usePlaintext().build();
    }

    /** Over TLS, by this provider. */
    GrpcRig(Loops loops, SslProvider provider) throws Exception {
        this.loops = loops;
        server = serverBuilder().addService(service.definition())
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(Identity.LOCALHOST.key(),
                        Identity.LOCALHOST.certificate()), provider).build())
                .build().start();
        client = clientBuilder(server.getListenSockets().get(0))
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forClient()
                        .trustManager(Identity.LOCALHOST.certificate()), provider).build())
                .overrideAuthority("localhost").build();
    }

    private NettyServerBuilder serverBuilder() {
        return GrpcRecipe.server(loops.group(), Loops.free())
                .channelFactory(this::watched)
                .withOption(ChannelOption.ALLOCATOR, loops.buffers())
                .withOption(CulvertChannelOption.DATAGRAM_HANDLER, loops.countDatagrams())
                .withChildOption(ChannelOption.ALLOCATOR, loops.buffers());
    }

    private NettyChannelBuilder clientBuilder(SocketAddress address) {
        return GrpcRecipe.client(loops.group(), address)
                .withOption(ChannelOption.ALLOCATOR, loops.buffers())
                .withOption(CulvertChannelOption.DATAGRAM_HANDLER, loops.countDatagrams());
    }

    private CulvertServerChannel watched() {
        CulvertServerChannel channel = new CulvertServerChannel();
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object child) {
                accepted.add((Channel) child);
                ctx.fireChannelRead(child);
            }
        });
        return channel;
    }

    @Override
    public void close() throws InterruptedException {
        client.shutdownNow();
        assertTrue(client.awaitTermination(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS), "the client does not end");
        server.shutdownNow();
        assertTrue(server.awaitTermination(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS), "the server does not end");
    }
}
