/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.culvert.examples.recipes.SocketRecipe;
import io.culvert.socket.CulvertServerSocket;
import io.netty.channel.EventLoopGroup;
import java.net.SocketException;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The blocking server and client of the recipe. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketRecipeTest {
    @ParameterizedTest
    @EnumSource
    void everyQuestionIsEchoedUntilTheServerCloses(Io io) throws Exception {
        EventLoopGroup group = io.newGroup();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (CulvertServerSocket server = SocketRecipe.listen(group, 0)) {
            Future<?> serving = threads.submit(() -> {
                SocketRecipe.serve(server, threads);
                return null;
            });
            for (int size : new int[] {0, 1, 10_000, 2_000_000}) {
                byte[] question = new byte[size];
                new SplittableRandom(size).nextBytes(question);
                assertArrayEquals(question, SocketRecipe.ask(SocketRecipe.sockets(group), "localhost",
                        server.getLocalPort(), question));
            }
            server.close();
            assertInstanceOf(SocketException.class, assertThrows(ExecutionException.class,
                    () -> serving.get(20, TimeUnit.SECONDS)).getCause());
        } finally {
            threads.shutdown();
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
