/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client's end of HTTP/1.1, or of a stream of HTTP/2: a future for each request, failed when none will come. */
final class HttpAnswers extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final Queue<CompletableFuture<byte[]>> awaited = new ConcurrentLinkedQueue<>();

    CompletableFuture<byte[]> post(Channel channel, String path, byte[] body) {
        CompletableFuture<byte[]> answer = new CompletableFuture<byte[]>()
                .orTimeout(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path,
                Unpooled.wrappedBuffer(body));
        request.headers().set(HttpHeaderNames.HOST, "localhost").set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        channel.eventLoop().execute(() -> {
            awaited.add(answer);
            channel.writeAndFlush(request).addListener(written -> {
                if (!written.isSuccess()) {
                    answer.completeExceptionally(written.cause());
                }
            });
        });
        return answer;
    }

    /** Why there is no answer; that none has come in time is no reason. */
    static Throwable failure(CompletableFuture<byte[]> answer) {
        Throwable failure = assertThrows(ExecutionException.class, answer::get).getCause();
        assertFalse(failure instanceof TimeoutException, "neither an answer nor a failure");
        return failure;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
        CompletableFuture<byte[]> answer = awaited.remove();
        if (response.decoderResult().isFailure()) {
            answer.completeExceptionally(response.decoderResult().cause());
        } else {
            answer.complete(ByteBufUtil.getBytes(response.content()));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        awaited.forEach(answer -> answer.completeExceptionally(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // What the codec has to say about it comes behind this.
        ctx.executor().execute(() -> awaited.forEach(answer ->
                answer.completeExceptionally(new IOException("ended without an answer"))));
    }
}
