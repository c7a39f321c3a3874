/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What small writes cost: datagrams, and flushes of the socket, each of them a system call. */
class SmallMessagesTest {
    private static final int HEADER_BYTES = 24;
    private static final int MESSAGE_BYTES = 64;
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final InetAddress here = SimulatedNetwork.host("192.0.2.1");
    private final InetAddress there = SimulatedNetwork.host("192.0.2.2");
    private final Socket clientSocket = new Socket();
    private final Socket serverSocket = new Socket();
    private final Answering server = new Answering();
    private Channel client;

    /** Counts what reaches the socket. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        private final List<Integer> payloads = new ArrayList<>();
        private int flushes;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            payloads.add(((DatagramPacket) message).content().readableBytes() - HEADER_BYTES);
            ctx.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes++;
            ctx.flush();
        }

        void forget() {
            payloads.clear();
            flushes = 0;
        }
    }

    /** Answers every read with several messages, each flushed by itself. */
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private int answers;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            for (int i = 0; i < answers; i++) {
                ctx.writeAndFlush(ctx.alloc().directBuffer().writeZero(MESSAGE_BYTES));
            }
        }
    }

    private static final class Sink extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
        }
    }

    @BeforeEach
    void connect() {
        InetSocketAddress address = new InetSocketAddress(here, 7000);
        world.network().between(here, there).delay(Duration.ofMillis(10));
        world.await(new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(here))
                .option(CulvertChannelOption.DATAGRAM_HANDLER, serverSocket)
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childHandler(server).bind(address));
        var connect = new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(there))
                .option(CulvertChannelOption.DATAGRAM_HANDLER, clientSocket)
                .option(ChannelOption.ALLOCATOR, world.allocator()).handler(new Sink()).connect(address);
        world.await(connect);
        client = connect.channel();
        world.runUntilQuiet(QUIET);
        clientSocket.forget();
        serverSocket.forget();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void write(int messages) {
        for (int i = 0; i < messages; i++) {
            client.write(client.alloc().directBuffer().writeZero(MESSAGE_BYTES));
        }
    }

    @Test
    void aMessageIsOneDatagramAndOneFlush() {
        write(1);
        client.flush();
        assertEquals(List.of(MESSAGE_BYTES), clientSocket.payloads);
        assertEquals(1, clientSocket.flushes);
        world.runUntilQuiet(QUIET);
    }

    @Test
    void aSecondMessageIsAsCheapAsTheFirst() {
        for (int i = 1; i <= 5; i++) {
            write(1);
            client.flush();
            assertEquals(i, clientSocket.payloads.size());
            assertEquals(i, clientSocket.flushes);
        }
        world.runUntilQuiet(QUIET);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void manyFlushesWithinAReadAreOneDatagramAndCarryTheAcknowledgment(int answers) {
        server.answers = answers;
        write(1);
        client.flush();
        world.runUntilQuiet(QUIET);
        assertEquals(List.of(answers * MESSAGE_BYTES), serverSocket.payloads);
    }

    @Test
    void whatIsWrittenBeforeAFlushFillsSegments() {
        int segment = ((CulvertChannel) client).info().segmentBytes();
        write(100);
        client.flush();
        int total = 100 * MESSAGE_BYTES;
        List<Integer> expected = new ArrayList<>();
        for (int left = total; left > 0; left -= segment) {
            expected.add(Math.min(left, segment));
        }
        assertEquals(expected, clientSocket.payloads);
        assertEquals(1, clientSocket.flushes);
        world.runUntilQuiet(QUIET);
    }
}
