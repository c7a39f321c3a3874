/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.examples.Contest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ResourceLeakDetector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC's unary calls over Culvert and over Netty's TCP, on a quiet machine: {@code -Dculvert.compare=true}. */
@EnabledIfSystemProperty(named = "culvert.compare", matches = "true")
class GrpcSpeedTest {
    private static final double GOAL = 0.8;
    private static final int WARM_UP_CALLS = 100_000;
    private static final int WARM_UP_CALLERS = 16;
    private static final byte[] REQUEST = Payload.of(100);

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void detectNoLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void detectLeaks() {
        ResourceLeakDetector.setLevel(level);
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, 64", "EPOLL, 1", "NIO, 64", "NIO, 1"})
    void unaryCallsAreNearlyAsFastAsOverTcp(Io io, int callers) throws Exception {
        try (Line culvert = Line.culvert(io); Line tcp = Line.tcp(io)) {
            Contest.warmUp(tcp, WARM_UP_CALLERS, WARM_UP_CALLS);
            Contest.warmUp(culvert, WARM_UP_CALLERS, WARM_UP_CALLS);
            Contest.hold("gRPC, " + io, culvert, tcp, callers, GOAL);
        }
    }

    /** A server and its client over one transport, with an event loop each. */
    private record Line(EventLoopGroup serving, EventLoopGroup calling, Server server, ManagedChannel client)
            implements Contest.Side, AutoCloseable {
        static Line culvert(Io io) throws Exception {
            EventLoopGroup serving = new MultiThreadIoEventLoopGroup(1, io.factory());
            EventLoopGroup calling = new MultiThreadIoEventLoopGroup(1, io.factory());
            Server server = started(GrpcRecipe.server(serving, Loops.free()));
            return new Line(serving, calling, server,
                    connected(GrpcRecipe.client(calling, server.getListenSockets().get(0))));
        }

        static Line tcp(Io io) throws Exception {
            EventLoopGroup serving = new MultiThreadIoEventLoopGroup(1, io.factory());
            EventLoopGroup calling = new MultiThreadIoEventLoopGroup(1, io.factory());
            Server server = started(NettyServerBuilder.forAddress(Loops.free())
                    .channelType(io == Io.NIO ? NioServerSocketChannel.class : EpollServerSocketChannel.class)
                    .bossEventLoopGroup(serving).workerEventLoopGroup(serving));
            return new Line(serving, calling, server,
                    connected(NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
                            .channelType(io == Io.NIO ? NioSocketChannel.class : EpollSocketChannel.class)
                            .eventLoopGroup(calling)));
        }

        private static Server started(NettyServerBuilder builder) throws Exception {
            return builder.directExecutor().addService(new GrpcService().definition()).build().start();
        }

        private static ManagedChannel connected(NettyChannelBuilder builder) {
            return builder.directExecutor().usePlaintext().build();
        }

        @Override
        public long call(int callers, long endNanos) throws InterruptedException {
            AtomicLong answered = new AtomicLong();
            CountDownLatch idle = new CountDownLatch(callers);
            for (int caller = 0; caller < callers; caller++) {
                new Caller(client, endNanos, answered, idle).call();
            }
            assertTrue(idle.await(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS), "calls without an answer");
            return answered.get();
        }

        @Override
        public void close() throws Exception {
            client.shutdownNow().awaitTermination(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
            server.shutdownNow().awaitTermination(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
            calling.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
            serving.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    /** Calls, and when it has the answer calls again, until the round is over. */
    private record Caller(ManagedChannel client, long end, AtomicLong answered, CountDownLatch idle)
            implements StreamObserver<byte[]> {
        void call() {
            ClientCalls.asyncUnaryCall(client.newCall(GrpcService.ECHO, CallOptions.DEFAULT), REQUEST, this);
        }

        @Override
        public void onNext(byte[] answer) {
            answered.incrementAndGet();
        }

        @Override
        public void onCompleted() {
            if (System.nanoTime() < end) {
                call();
            } else {
                idle.countDown();
            }
        }

        @Override
        public void onError(Throwable cause) {
            // the latch tells
        }
    }
}
