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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC's unary calls over Culvert and over Netty's TCP, on a quiet machine: {@code -Dculvert.compare=true}. */
@EnabledIfSystemProperty(named = "culvert.compare", matches = "true")
class GrpcSpeedTest {
    private static final byte[] REQUEST = Payload.of(100);

    @ParameterizedTest
    @CsvSource({"EPOLL, 64", "EPOLL, 1", "NIO, 64", "NIO, 1"})
    void unaryCallsAreNearlyAsFastAsOverTcp(Io io, int callers) throws Exception {
        Contest.hold("gRPC", Unary.class, io.name(), callers);
    }

    /** A server and its client over one transport, with an event loop each. */
    static final class Unary implements Contest.Side {
        private ManagedChannel client;

        @Override
        public void open(boolean tcp, String kind) throws Exception {
            Io io = Io.valueOf(kind);
            EventLoopGroup serving = new MultiThreadIoEventLoopGroup(1, io.factory());
            EventLoopGroup calling = new MultiThreadIoEventLoopGroup(1, io.factory());
            NettyServerBuilder builder = tcp
                    ? NettyServerBuilder.forAddress(Loops.free())
                            .channelType(io == Io.NIO ? NioServerSocketChannel.class : EpollServerSocketChannel.class)
                            .bossEventLoopGroup(serving).workerEventLoopGroup(serving)
                    : GrpcRecipe.server(serving, Loops.free());
            Server server = builder.directExecutor().addService(new GrpcService().definition()).build().start();
            NettyChannelBuilder channel = tcp
                    ? NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
                            .channelType(io == Io.NIO ? NioSocketChannel.class : EpollSocketChannel.class)
                            .eventLoopGroup(calling)
                    : GrpcRecipe.client(calling, server.getListenSockets().get(0));
            client = channel.directExecutor().usePlaintext().build();
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
