/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * An event loop group, an allocator that counts, and bootstraps of both kinds. Closing it resets the sessions left,
 * fails when a single byte is not released then, and ends the group.
 */
final class SocketWorld implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;
    static final int MSL_MILLIS = 100;
    /** With io_uring a read waits in the kernel, with its buffer, for as long as a socket is open. */
    private static final int DATAGRAM_BYTES = 65536;

    private final Setting setting;
    private final EventLoopGroup group;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    SocketWorld(Setting setting) throws IOException {
        setting.loopback().address();
        this.setting = setting;
        group = newGroup(2);
    }

    EventLoopGroup newGroup(int threads) {
        return new MultiThreadIoEventLoopGroup(threads, setting.io().factory());
    }

    EventLoopGroup group() {
        return group;
    }

    UnpooledByteBufAllocator allocator() {
        return allocator;
    }

    InetSocketAddress anyPort() throws IOException {
        return new InetSocketAddress(setting.loopback().address(), 0);
    }

    Bootstrap client(ChannelHandler handler) {
        return new Bootstrap().group(group).channelFactory(() -> resetAtEnd(new CulvertChannel())).handler(handler)
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS)
                .option(ChannelOption.ALLOCATOR, allocator);
    }

    ServerBootstrap server(ChannelHandler childHandler) {
        return server(childHandler, group);
    }

    /** A server whose own channel is on the boss's event loop, its children's on this world's. */
    ServerBootstrap server(ChannelHandler childHandler, EventLoopGroup boss) {
        return server(childHandler, boss, group);
    }

    ServerBootstrap server(ChannelHandler childHandler, EventLoopGroup boss, EventLoopGroup workers) {
        return new ServerBootstrap().group(boss, workers)
                .channelFactory(() -> resetAtEnd(new CulvertServerChannel())).childHandler(childHandler)
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS)
                .option(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOCATOR, allocator);
    }

    CulvertServerChannel bind(ServerBootstrap server) throws Exception {
        return (CulvertServerChannel) finished(server.bind(anyPort())).channel();
    }

    /** A connected client. */
    CulvertChannel connect(ChannelHandler handler, CulvertServerChannel listener) throws Exception {
        CulvertChannel channel = (CulvertChannel) finished(client(handler).connect(listener.localAddress())).channel();
        resetAtEnd(channel);
        return channel;
    }

    /** A connected client and the channel accepted for it. */
    Pair pair() throws Exception {
        return new PairBuilder(this).open();
    }

    PairBuilder pairWith() {
        return new PairBuilder(this);
    }

    /** Ends a group, under live channels or not. */
    static void end(EventLoopGroup group) throws Exception {
        finished(group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** Waits for a future, and throws its failure. */
    static <F extends Future<?>> F finished(F future) throws Exception {
        assertTrue(future.await(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "not finished: " + future);
        if (future.cause() instanceof Exception e) {
            throw e;
        }
        assertTrue(future.isSuccess(), future::toString);
        return future;
    }

    /** Waits for a future to fail. */
    static Throwable failure(Future<?> future) throws Exception {
        assertTrue(future.await(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "not finished: " + future);
        assertTrue(!future.isSuccess(), () -> "did not fail: " + future);
        return future.cause();
    }

    static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS)).untilAsserted(assertion);
    }

    /** Closes the channel, unless the test has, and resets its session, before the group ends. */
    <C extends Channel> C resetAtEnd(C channel) {
        channels.add(channel);
        return channel;
    }

    /** Open sockets are all that is left. */
    void awaitNoMemoryHeldBySessions() {
        eventually(() -> {
            long held = allocator.metric().usedDirectMemory();
            assertEquals(0, setting.io() == Io.IO_URING ? held % DATAGRAM_BYTES : held, held + " bytes");
        });
    }

    @Override
    public void close() throws Exception {
        channels.removeIf(channel -> !channel.isRegistered());
        for (Channel channel : channels) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        finished(channels.close());
        if (setting.io() == Io.IO_URING) {
            end(group);
        }
        eventually(() -> assertEquals(0, allocator.metric().usedDirectMemory(), "direct bytes not released"));
        assertEquals(0, allocator.metric().usedHeapMemory(), "heap bytes not released");
        end(group);
    }
}
