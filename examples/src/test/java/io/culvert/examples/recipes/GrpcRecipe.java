/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import java.net.SocketAddress;

/** gRPC by grpc-netty. */
final class GrpcRecipe {
    private GrpcRecipe() {
    }

    // recipe: server
    static NettyServerBuilder server(EventLoopGroup group, SocketAddress address) {
        return NettyServerBuilder.forAddress(address)
                .channelFactory(CulvertServerChannel::new)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group);
    }
    // recipe ends

    // recipe: client
    static NettyChannelBuilder client(EventLoopGroup group, SocketAddress server) {
        return NettyChannelBuilder.forAddress(server)
                .channelFactory(CulvertChannel::new)
                .eventLoopGroup(group);
    }
    // recipe ends
}
