/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.session.MemoryBudget;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths of a large bandwidth-delay product are filled with no option set, by applications that heed writability. */
class LongFatPathTest {
    private static final long GIGABIT = 1_000_000_000L;
    /** So large that slow start overshoots without a loss. */
    private static final int QUEUE_BYTES = 256 << 20;
    private static final int INITIAL_WINDOW_BYTES = 14_480;
    private static final int WRITE_BYTES = 16 * 1024;
    /** Payload of a full segment, and the IP packet that it makes. */
    private static final double PAYLOAD_SHARE = 1448 / 1500.0;

    private final InetAddress a = SimulatedNetwork.host("10.0.0.1");
    private final InetAddress b = SimulatedNetwork.host("10.0.0.2");
    private final InetSocketAddress right = new InetSocketAddress(b, 7000);
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final long freeBefore = MemoryBudget.ofProcess().freeBytes();
    private final ServerBootstrap server = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
            .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(b))
            .option(ChannelOption.ALLOCATOR, world.allocator())
            .childOption(ChannelOption.ALLOCATOR, world.allocator());
    private final Bootstrap client = new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
            .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(a))
            .option(ChannelOption.ALLOCATOR, world.allocator());
    private Channel listening;
    private CulvertChannel connected;
    private CulvertChannel accepted;

    /** Writes whenever it may. */
    private static final class Source extends ChannelInboundHandlerAdapter {
        private final ByteBuf block = Unpooled.unreleasableBuffer(
                Unpooled.wrappedBuffer(new byte[WRITE_BYTES]));

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            fill(ctx.channel());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            fill(ctx.channel());
        }

        private void fill(Channel channel) {
            while (channel.isActive() && channel.isWritable()) {
                channel.writeAndFlush(block.duplicate());
            }
        }
    }

    /** Counts. */
    private static final class Sink extends ChannelInboundHandlerAdapter {
        private long bytes;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            bytes += ((ByteBuf) message).readableBytes();
            ((ByteBuf) message).release();
        }
    }

    private void path(long roundTripMillis) {
        world.log().limit(100);
        world.network().between(a, b).delay(Duration.ofNanos(roundTripMillis * 1_000_000 / 2))
                .rate(GIGABIT, QUEUE_BYTES);
    }

    private void open(ChannelInboundHandlerAdapter atClient, ChannelInboundHandlerAdapter atServer) {
        server.childHandler(new ChannelInitializer<CulvertChannel>() {
            @Override
            protected void initChannel(CulvertChannel channel) {
                accepted = channel;
                channel.pipeline().addLast(atServer);
            }
        });
        listening = server.bind(right).channel();
        connected = (CulvertChannel) client.handler(atClient).connect(right).channel();
        world.runUntil(() -> accepted != null && accepted.isActive(), Duration.ofSeconds(10));
    }

    @AfterEach
    void everythingIsGivenBack() {
        connected.config().setSoLinger(0);
        connected.close();
        listening.close();
        world.runUntilQuiet(Duration.ofHours(1));
        world.assertNoLeak();
        assertEquals(freeBefore, MemoryBudget.ofProcess().freeBytes());
        world.close();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "20, false", "100, true", "200, false"})
    void aGigabitIsReachedWithinAFewRoundTripsOfSlowStart(int roundTripMillis, boolean clientSends) {
        path(roundTripMillis);
        Sink sink = new Sink();
        if (clientSends) {
            open(new Source(), sink);
        } else {
            open(sink, new Source());
        }
        double product = GIGABIT / 8.0 * PAYLOAD_SHARE * roundTripMillis / 1000;
        // the handshake's last leg and the request for more, the doublings, and the filling of the queue
        int slowStart = (int) Math.ceil(Math.log(product / INITIAL_WINDOW_BYTES) / Math.log(2));
        world.runFor(Duration.ofMillis((long) (slowStart + 3) * roundTripMillis));
        long before = sink.bytes;
        world.runFor(Duration.ofMillis(2L * roundTripMillis));
        double share = (sink.bytes - before) / (2 * product);
        if (share < 0.95) {
            throw world.failure("only " + share + " of the path is used\n" + connected.info() + "\n" + accepted.info(),
                    null);
        }
    }
}
