/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The client's side of an echo: sends a pattern, compares what comes back, ends its output when all of it is right, and
 * waits for the peer to do the same. Needs {@code ALLOW_HALF_CLOSURE}.
 */
final class EchoCheck extends SimpleChannelInboundHandler<ByteBuf> {
    private static final long SEED = 0x43554c56455254L;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int PEER_CLOSE_SECONDS = 10;

    private final long size;
    private final CompletableFuture<Long> elapsedNanos;
    private final Pattern sent = new Pattern(SEED);
    private final Pattern received = new Pattern(SEED);
    private long startNanos;
    private long echoedNanos;
    private boolean echoed;

    /**
     * A check of {@code size} bytes.
     *
     * @param elapsedNanos gets the time from the connection to the last echoed byte, or the failure
     */
    EchoCheck(long size, CompletableFuture<Long> elapsedNanos) {
        this.size = size;
        this.elapsedNanos = elapsedNanos;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        startNanos = System.nanoTime();
        send(ctx);
        endWhenEchoed(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        send(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
        while (sent.position() < size && ctx.channel().isWritable()) {
            int length = (int) Math.min(CHUNK_BYTES, size - sent.position());
            ByteBuf chunk = ctx.alloc().buffer(length);
            sent.write(chunk, length);
            ctx.write(chunk);
        }
        ctx.flush();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf echo) {
        if (elapsedNanos.isDone()) {
            return;
        }
        received.match(echo);
        if (echo.isReadable()) {
            fail(ctx, new Failure("wrong echo: mismatch at byte " + received.position()));
        } else if (received.position() > sent.position()) {
            fail(ctx, new Failure("wrong echo: more came back than the " + size + " bytes sent"));
        } else {
            endWhenEchoed(ctx);
        }
    }

    private void endWhenEchoed(ChannelHandlerContext ctx) {
        if (received.position() == size && !echoed) {
            echoed = true;
            echoedNanos = System.nanoTime() - startNanos;
            ((DuplexChannel) ctx.channel()).shutdownOutput();
            ctx.executor().schedule(() -> elapsedNanos.complete(echoedNanos), PEER_CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            peerClosed(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        peerClosed(ctx);
    }

    private void peerClosed(ChannelHandlerContext ctx) {
        if (echoed) {
            elapsedNanos.complete(echoedNanos);
        } else {
            fail(ctx, new Failure("the peer closed early: " + received.position() + " of " + size
                    + " bytes came back"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        elapsedNanos.completeExceptionally(cause);
        ctx.close();
    }
}
