/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.sim.SimulatedNetwork;
import io.culvert.sim.SimulatedWorld;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions between two loops of one host get as much each, whoever came first. The loop that reads is simulated by a
 * path that takes so much in a second, and a queue in which the rest waits as in the socket of the one that is slow.
 */
class SharedRoomTest {
    private static final int SESSIONS = 64;
    private static final int EARLY_SESSIONS = 8;
    private static final InetAddress HOST = SimulatedNetwork.host("127.0.0.1");
    private static final InetSocketAddress SERVER = new InetSocketAddress(HOST, 7000);
    private static final long BITS_PER_SECOND = 4_000_000_000L;
    /** Linux doubles the 4 MiB that are asked for. */
    private static final int QUEUE_BYTES = 8 << 20;
    private static final int LOOPBACK_MTU = 65_535;
    private static final Duration DELAY = Duration.ofNanos(50_000);
    private static final Duration EARLY = Duration.ofMillis(50);
    private static final Duration WARM_UP = Duration.ofMillis(250);
    private static final Duration WINDOW = Duration.ofMillis(400);
    private static final double TOLERANCE = 0.1;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final SimulatedWorld world = SimulatedWorld.forMeasuring(1, allocator);
    private final List<Sink> sinks = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {9000, LOOPBACK_MTU})
    void sessionsToOneSocketGetWithinTenPercentOfEachOther(int mtu) {
        try (world) {
            world.network().between(HOST, HOST).delay(DELAY).rate(BITS_PER_SECOND, QUEUE_BYTES);
            ServerBootstrap server = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                    .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(HOST))
                    .option(CulvertChannelOption.INTERFACE_MTU, mtu)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .childOption(ChannelOption.ALLOCATOR, allocator)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(sink());
                        }
                    });
            world.await(server.bind(SERVER));
            connect(EARLY_SESSIONS, mtu);
            world.runFor(EARLY);
            connect(SESSIONS - EARLY_SESSIONS, mtu);
            world.runFor(WARM_UP);
            Shares shares = Shares.of(sinks);
            world.runFor(WINDOW);
            shares.end();
            assertTrue(shares.areWithin(TOLERANCE), shares::toString);
            sinks.forEach(Sink::reset);
        }
    }

    private ChannelHandler sink() {
        Sink sink = new Sink();
        sinks.add(sink);
        return sink;
    }

    private void connect(int sessions, int mtu) {
        List<ChannelFuture> connects = new ArrayList<>();
        Source source = new Source();
        for (int i = 0; i < sessions; i++) {
            connects.add(new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                    .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(HOST))
                    .option(CulvertChannelOption.INTERFACE_MTU, mtu)
                    .option(ChannelOption.ALLOCATOR, allocator).handler(source).connect(SERVER));
        }
        connects.forEach(world::await);
    }
}
