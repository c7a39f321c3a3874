/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server's end of HTTP/1.1, or of a stream of HTTP/2: {@code /echo} answers with the request's body, {@code /part}
 * promises a body and sends half, {@code /hold} leaves the answer to the test.
 */
final class HttpService extends SimpleChannelInboundHandler<FullHttpRequest> {
    static final int PROMISED_BYTES = 10_000;

    /** Of the requests that the test has to answer. */
    private final BlockingQueue<ChannelHandlerContext> held;

    HttpService(BlockingQueue<ChannelHandlerContext> held) {
        this.held = held;
    }

    static BlockingQueue<ChannelHandlerContext> holding() {
        return new LinkedBlockingQueue<>();
    }

    static ChannelHandlerContext next(BlockingQueue<ChannelHandlerContext> held) throws InterruptedException {
        ChannelHandlerContext ctx = held.poll(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(ctx, "no request came");
        return ctx;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        switch (request.uri()) {
            case "/echo" -> answer(ctx, ByteBufUtil.getBytes(request.content()));
            case "/part" -> {
                HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                HttpUtil.setContentLength(response, PROMISED_BYTES);
                ctx.write(response);
                ByteBuf half = ctx.alloc().buffer().writeZero(PROMISED_BYTES / 2);
                ctx.writeAndFlush(new DefaultHttpContent(half));
                held.add(ctx);
            }
            case "/hold" -> held.add(ctx);
            default -> throw new IllegalArgumentException(request.uri());
        }
    }

    static void answer(ChannelHandlerContext ctx, byte[] body) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        ctx.writeAndFlush(response);
    }
}
