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
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * OkHttp's calls over Culvert's blocking sockets and over those of the JDK, on a quiet machine:
 * {@code -Dculvert.compare=true}.
 */
@EnabledIfSystemProperty(named = "culvert.compare", matches = "true")
class OkHttpSpeedTest {
    @Test
    void callsAreNearlyAsFastAsOverTcp() throws Exception {
        Contest.hold("OkHttp", Calls.class, "NIO", 1);
    }

    /** A server with an event loop, and a client. */
    static final class Calls implements Contest.Side {
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private OkHttpClient client;
        private Request request;

        @Override
        public void open(boolean tcp, String io) throws Exception {
            EventLoopGroup serving = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            HttpService service = new HttpService(serving,
                    tcp ? NioServerSocketChannel.class : CulvertServerChannel.class, null);
            client = tcp ? new OkHttpClient() : OkHttpRecipe.client(new CulvertSocketFactory());
            request = new Request.Builder().url("http://127.0.0.1:" + service.port() + "/").build();
        }

        @Override
        public long call(int callers, long endNanos) throws Exception {
            List<CompletableFuture<Long>> all = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                all.add(CompletableFuture.supplyAsync(() -> callUntil(endNanos), threads));
            }
            long calls = 0;
            for (CompletableFuture<Long> one : all) {
                calls += one.get();
            }
            return calls;
        }

        private long callUntil(long endNanos) {
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
    }
}
