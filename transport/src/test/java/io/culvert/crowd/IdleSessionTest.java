/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.sim.SimulatedNetwork;
import io.culvert.sim.SimulatedWorld;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing runs when nothing happens, and what has been idle goes on as if it had not. */
class IdleSessionTest {
    private static final int SESSIONS = 100;
    /** The last timer of an exchange runs out: the retransmission timer of an answer that is acknowledged already. */
    private static final Duration LAST_TIMER = Duration.ofSeconds(2);
    /** Buffers that have grown look once more whether anything moves. */
    private static final Duration LAST_IDLE_CHECK = Duration.ofSeconds(21);
    private static final Duration IDLE = Duration.ofMinutes(10);

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void anIdleSessionCostsTheServerNoWakeUpAndGoesOnAfterwards(int answerBytes) {
        try (CrowdedWorld crowded = new CrowdedWorld(SESSIONS, new Answering(answerBytes))) {
            crowded.connectAndAsk(0, SESSIONS, answerBytes);
            crowded.world().runUntilQuiet(answerBytes == 100 ? LAST_TIMER : LAST_IDLE_CHECK);
            long datagrams = crowded.crowd().datagramsReceived();
            crowded.world().runFor(IDLE);
            assertEquals(datagrams, crowded.crowd().datagramsReceived());
            for (int peer = 0; peer < SESSIONS; peer++) {
                crowded.ask(peer, answerBytes);
            }
            crowded.world().runUntilQuiet(answerBytes == 100 ? LAST_TIMER : LAST_IDLE_CHECK);
        }
    }

    @Test
    void neitherTheChannelsOfBothSidesNorTheirCarriersNorTheServerCostAWakeUp() {
        SimulatedWorld world = new SimulatedWorld(1);
        InetAddress here = SimulatedNetwork.host("192.0.2.1");
        InetAddress there = SimulatedNetwork.host("192.0.2.2");
        InetSocketAddress address = new InetSocketAddress(here, 7000);
        world.network().between(here, there).delay(Duration.ofMillis(10));
        try (world) {
            world.await(new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                    .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(here))
                    .option(ChannelOption.ALLOCATOR, world.allocator())
                    .childOption(ChannelOption.ALLOCATOR, world.allocator())
                    .childHandler(new Answering(100)).bind(address));
            Hearing hearing = new Hearing();
            var connect = new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                    .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(there))
                    .option(ChannelOption.ALLOCATOR, world.allocator()).handler(hearing).connect(address);
            world.await(connect);
            Channel channel = connect.channel();
            ask(world, channel, hearing);
            world.runUntilQuiet(LAST_TIMER);
            long datagrams = world.log().count();
            world.runFor(IDLE);
            assertEquals(datagrams, world.log().count());
            ask(world, channel, hearing);
            world.runUntilQuiet(LAST_TIMER);
        }
    }

    private static void ask(SimulatedWorld world, Channel channel, Hearing hearing) {
        int expected = hearing.bytes + 100;
        channel.writeAndFlush(channel.alloc().buffer(1).writeByte(1));
        world.runUntil(() -> hearing.bytes == expected, LAST_TIMER);
    }

    private static final class Hearing extends ChannelInboundHandlerAdapter {
        private int bytes;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            bytes += ((ByteBuf) message).readableBytes();
            ((ByteBuf) message).release();
        }
    }
}
