/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Says one message, ends the output, and listens to the end of the input. */
final class Exchange extends SimpleChannelInboundHandler<ByteBuf> {
    private final String message;
    private final CompletableFuture<String> heard;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    Exchange(String message, CompletableFuture<String> heard) {
        this.message = message;
        this.heard = heard;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), message));
        ((DuplexChannel) ctx.channel()).shutdownOutput();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) throws IOException {
        bytes.readBytes(read, bytes.readableBytes());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            heard.complete(read.toString(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        heard.completeExceptionally(new Failure("the peer closed early"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        heard.completeExceptionally(cause);
    }
}
