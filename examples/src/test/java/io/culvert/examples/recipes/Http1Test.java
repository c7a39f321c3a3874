/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.PrematureChannelClosureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/1.1 on top. */
@Timeout(60)
class Http1Test {
    private static final int MAX_BODY_BYTES = 16 << 20;
    private static final int BULK_BYTES = 8 << 20;

    private final BlockingQueue<ChannelHandlerContext> held = HttpService.holding();
    private final HttpAnswers answers = new HttpAnswers();

    private Channel listen(Loops loops) throws Exception {
        return loops.listen(Http1Recipe.server(loops.group(), MAX_BODY_BYTES, () -> new HttpService(held)));
    }

    private Channel connect(Loops loops, Channel server) throws Exception {
        return loops.connect(Http1Recipe.client(loops.group(), MAX_BODY_BYTES, answers), server);
    }

    @ParameterizedTest
    @EnumSource
    void keepsOneSessionForManyRequests(Io io) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel client = connect(loops, listen(loops));
            for (int length = 0; length < 100; length++) {
                byte[] body = Payload.of(length);
                assertArrayEquals(body, answers.post(client, "/echo", body).get());
            }
            client.close().sync();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersPipelinedRequestsInTheirOrder(Io io) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel client = connect(loops, listen(loops));
            List<CompletableFuture<byte[]>> pipelined = new ArrayList<>();
            for (int length = 0; length < 100; length++) {
                pipelined.add(answers.post(client, "/echo", Payload.of(100 * length)));
            }
            for (int length = 0; length < 100; length++) {
                assertArrayEquals(Payload.of(100 * length), pipelined.get(length).get());
            }
            client.close().sync();
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesLargeBodies(Io io) throws Exception {
        byte[] bulk = Payload.of(BULK_BYTES);
        try (Loops loops = new Loops(io)) {
            Channel client = connect(loops, listen(loops));
            assertArrayEquals(bulk, answers.post(client, "/echo", bulk).get());
            client.close().sync();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetDuringARequestFailsIt(Io io) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel client = connect(loops, listen(loops));
            CompletableFuture<byte[]> answer = answers.post(client, "/hold", Payload.of(10));
            Loops.reset(HttpService.next(held).channel());
            IOException reset = assertInstanceOf(IOException.class, HttpAnswers.failure(answer));
            assertTrue(reset.getMessage().startsWith("Connection reset"), reset::toString);
            client.closeFuture().sync();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatEndsEarlyIsNoAnswer(Io io) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel client = connect(loops, listen(loops));
            CompletableFuture<byte[]> answer = answers.post(client, "/part", Payload.of(10));
            HttpService.next(held).close();
            assertInstanceOf(PrematureChannelClosureException.class, HttpAnswers.failure(answer));
            client.closeFuture().sync();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatClosesWithoutAnsweringIsTold(Io io) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel client = connect(loops, listen(loops));
            CompletableFuture<byte[]> answer = answers.post(client, "/hold", Payload.of(10));
            HttpService.next(held).close();
            assertInstanceOf(PrematureChannelClosureException.class, HttpAnswers.failure(answer));
            client.closeFuture().sync();
        }
    }
}
