/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.SocketAddress;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** HTTP by Reactor Netty. */
final class ReactorNettyRecipe {
    private ReactorNettyRecipe() {
    }

    // recipe: event loops
    /** Gives Reactor Netty Culvert's channels where it asks for sockets. */
    record CulvertLoops(EventLoopGroup group) implements LoopResources {
        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return group;
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            if (type == SocketChannel.class) {
                return type.cast(new CulvertChannel());
            }
            if (type == ServerSocketChannel.class) {
                return type.cast(new CulvertServerChannel());
            }
            return LoopResources.super.onChannel(type, group);      // UDP of the name resolver
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
            if (type == SocketChannel.class) {
                return CulvertChannel.class.asSubclass(type);
            }
            if (type == ServerSocketChannel.class) {
                return CulvertServerChannel.class.asSubclass(type);
            }
            return LoopResources.super.onChannelClass(type, group);
        }
    }
    // recipe ends

    // recipe: server and client
    static HttpServer server(EventLoopGroup group, SocketAddress address) {
        return HttpServer.create().runOn(new CulvertLoops(group)).bindAddress(() -> address);
    }

    static HttpClient client(EventLoopGroup group, ConnectionProvider connections, SocketAddress server) {
        return HttpClient.create(connections).runOn(new CulvertLoops(group)).remoteAddress(() -> server);
    }
    // recipe ends
}
