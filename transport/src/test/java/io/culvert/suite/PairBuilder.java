/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;

/** Opens a session between two recorders, with options. */
final class PairBuilder {
    private final SocketWorld world;
    private final Recorder atClient = new Recorder();
    private final Accepted accepted = new Accepted();
    private final Bootstrap client;
    private final ServerBootstrap server;

    PairBuilder(SocketWorld world) {
        this.world = world;
        client = world.client(atClient);
        server = world.server(accepted);
    }

    <T> PairBuilder client(ChannelOption<T> option, T value) {
        client.option(option, value);
        return this;
    }

    <T> PairBuilder listener(ChannelOption<T> option, T value) {
        server.option(option, value);
        return this;
    }

    /** An option of the accepted channel, set before the handshake where that matters. */
    <T> PairBuilder server(ChannelOption<T> option, T value) {
        server.childOption(option, value);
        return this;
    }

    <T> PairBuilder both(ChannelOption<T> option, T value) {
        return client(option, value).server(option, value);
    }

    Pair open() throws Exception {
        CulvertServerChannel listener = world.bind(server);
        CulvertChannel channel =
                (CulvertChannel) SocketWorld.finished(client.connect(listener.localAddress())).channel();
        Recorder atServer = accepted.next();
        world.resetAtEnd(atServer.channel());
        return new Pair(listener, channel, atClient, atServer.channel(), atServer);
    }

    /** Gives each accepted channel a recorder, and hands them out in order. */
    @Sharable
    static final class Accepted extends ChannelInitializer<Channel> {
        private final LinkedBlockingQueue<Recorder> recorders = new LinkedBlockingQueue<>();

        @Override
        protected void initChannel(Channel channel) {
            Recorder recorder = new Recorder();
            channel.pipeline().addLast(recorder);
            recorders.add(recorder);
        }

        Recorder next() throws InterruptedException {
            Recorder recorder = recorders.poll(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (recorder == null) {
                throw new AssertionError("nothing was accepted");
            }
            recorder.awaitActive();
            return recorder;
        }

        int waiting() {
            return recorders.size();
        }
    }
}
