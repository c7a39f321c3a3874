/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions that open, exchange a few bytes and close, one after the other, some of them side by side. */
final class Churn {
    private static final int REQUEST_BYTES = 100;

    private final Bootstrap client;
    private final InetSocketAddress server;
    private final boolean clientCloses;
    private final int cycles;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    /**
     * A number of cycles.
     *
     * @param client without a handler
     * @param clientCloses who closes first: the client, or a {@link Replier}
     */
    Churn(Bootstrap client, InetSocketAddress server, boolean clientCloses, int cycles) {
        this.client = client;
        this.server = server;
        this.clientCloses = clientCloses;
        this.cycles = cycles;
    }

    /** Begins with so many sessions side by side. */
    Churn begin(int abreast) {
        Bootstrap bootstrap = client.clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Requester());
            }
        });
        for (int i = 0; i < abreast; i++) {
            next(bootstrap);
        }
        return this;
    }

    private void next(Bootstrap bootstrap) {
        int number = begun.incrementAndGet();
        if (number > cycles || over.isDone()) {
            return;
        }
        bootstrap.connect(server).addListener(connect -> {
            if (!connect.isSuccess()) {
                over.completeExceptionally(new AssertionError("cycle " + number, connect.cause()));
            }
        }).channel().closeFuture().addListener(closed -> {
            if (ended.incrementAndGet() == cycles) {
                over.complete(null);
            }
            next(bootstrap);
        });
    }

    /** How many are over. */
    int ended() {
        return ended.get();
    }

    boolean isOver() {
        return over.isDone();
    }

    /** Waits for the end, and throws what went wrong. */
    void finish(int seconds) throws Exception {
        over.get(seconds, TimeUnit.SECONDS);
    }

    /** Sends a request, and closes when as many bytes have come back. */
    private final class Requester extends ChannelInboundHandlerAdapter {
        private int received;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(ctx.alloc().buffer(REQUEST_BYTES).writeZero(REQUEST_BYTES));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            received += data.readableBytes();
            data.release();
            if (received == REQUEST_BYTES && clientCloses) {
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (received != REQUEST_BYTES) {
                over.completeExceptionally(new AssertionError("closed after " + received + " bytes"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            over.completeExceptionally(cause);
        }
    }

    /** Sends back what comes, and closes: when a whole request is answered, or when the client has closed. */
    static final class Replier extends ChannelInboundHandlerAdapter {
        private final boolean closes;
        private int sent;

        Replier(boolean closes) {
            this.closes = closes;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            sent += ((ByteBuf) message).readableBytes();
            ctx.writeAndFlush(message);
            if (sent == REQUEST_BYTES && closes) {
                ctx.close();
            }
        }
    }
}
