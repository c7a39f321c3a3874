/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.CulvertServerChannel;
import io.culvert.examples.Contest;
import io.culvert.examples.recipes.OkHttpRecipe;
import io.culvert.socket.CulvertSocketFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * OkHttp's calls over Culvert's blocking sockets and over those of the JDK, on a quiet machine:
 * {@code -Dculvert.compare=true}.
 */
@EnabledIfSystemProperty(named = "culvert.compare", matches = "true")
class OkHttpSpeedTest {
    private static final double GOAL = 0.8;
    private static final int WARM_UP_CALLS = 60_000;

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void detectNoLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void detectLeaks() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void callsAreNearlyAsFastAsOverTcp() throws Exception {
        OkHttpClient overTcp = new OkHttpClient();
        OkHttpClient overCulvert = OkHttpRecipe.client(new CulvertSocketFactory());
        try (Line culvert = Line.of(CulvertServerChannel.class, overCulvert);
                Line tcp = Line.of(NioServerSocketChannel.class, overTcp)) {
            Contest.warmUp(tcp, 1, WARM_UP_CALLS);
            Contest.warmUp(culvert, 1, WARM_UP_CALLS);
            Contest.hold("OkHttp", culvert, tcp, 1, GOAL);
        }
    }

    /** A server with an event loop, and a client. */
    private record Line(EventLoopGroup serving, HttpService service, OkHttpClient client, ExecutorService callers)
            implements Contest.Side, AutoCloseable {
        static Line of(Class<? extends ServerChannel> transport, OkHttpClient client) throws InterruptedException {
            EventLoopGroup serving = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            return new Line(serving, new HttpService(serving, transport, null), client,
                    Executors.newCachedThreadPool());
        }

        @Override
        public long call(int callers, long endNanos) throws Exception {
            Request request = new Request.Builder().url("http://127.0.0.1:" + service.port() + "/").build();
            List<CompletableFuture<Long>> all = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                all.add(CompletableFuture.supplyAsync(() -> callUntil(endNanos, request), this.callers));
            }
            long calls = 0;
            for (CompletableFuture<Long> one : all) {
                calls += one.get();
            }
            return calls;
        }

        private long callUntil(long endNanos, Request request) {
            long calls = 0;
            while (System.nanoTime() < endNanos) {
                try (Response response = client.newCall(request).execute()) {
                    assertEquals("hello", response.body().string());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                calls++;
            }
            return calls;
        }

        @Override
        public void close() throws Exception {
            callers.shutdown();
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
            service.close();
            serving.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
