/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import java.util.concurrent.CompletableFuture;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Sends a pattern as fast as the channel is writable, and compares what comes back with it. */
final class StreamEnd extends ChannelInboundHandlerAdapter {
    private static final int WRITE_BYTES = 16 * 1024;

    private final SeededPattern pattern;
    private final long length;
    private final UnpooledByteBufAllocator allocator;
    private final CompletableFuture<Long> ended = new CompletableFuture<>();
    private long sent;
    private long received;
    private long peakBytes;

    StreamEnd(SeededPattern pattern, long length, UnpooledByteBufAllocator allocator) {
        this.pattern = pattern;
        this.length = length;
        this.allocator = allocator;
    }

    /** Completes at the end of input, with the bytes received before. */
    CompletableFuture<Long> ended() {
        return ended;
    }

    /** The most direct memory that was in use when something came. */
    long peakBytes() {
        return peakBytes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        writeWhatFits(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writeWhatFits(ctx);
    }

    private void writeWhatFits(ChannelHandlerContext ctx) {
        if (sent == length) {
            return;
        }
        while (sent < length && ctx.channel().isWritable()) {
            int bytes = (int) Math.min(WRITE_BYTES, length - sent);
            ByteBuf data = ctx.alloc().directBuffer(bytes);
            pattern.writeTo(data, sent, bytes);
            sent += bytes;
            ctx.write(data);
        }
        ctx.flush();
        if (sent == length) {
            ((CulvertChannel) ctx.channel()).shutdownOutput();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            peakBytes = Math.max(peakBytes, allocator.metric().usedDirectMemory());
            pattern.assertIsAt(received, data);
            received += data.readableBytes();
        } finally {
            data.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended.complete(received);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ended.completeExceptionally(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended.completeExceptionally(new AssertionError("closed after " + received + " of " + length + " bytes"));
    }
}
