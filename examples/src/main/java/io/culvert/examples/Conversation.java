/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A session with a person at the keyboard: typed lines go out, received lines are printed. */
final class Conversation extends SimpleChannelInboundHandler<String> {
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final PrintWriter out;
    private final PrintWriter err;
    private final CompletableFuture<Long> outcome;
    private boolean inputEnded;
    private boolean outputEnded;

    private Conversation(PrintWriter out, PrintWriter err, CompletableFuture<Long> outcome) {
        this.out = out;
        this.err = err;
        this.outcome = outcome;
    }

    /** Fills a channel's pipeline; the outcome is complete when both sides have ended, or one has failed. */
    static void open(Channel channel, PrintWriter out, PrintWriter err, CompletableFuture<Long> outcome) {
        channel.pipeline().addLast(new LineBasedFrameDecoder(MAX_LINE_BYTES),
                new StringDecoder(StandardCharsets.UTF_8), new Conversation(out, err, outcome));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Thread keyboard = new Thread(() -> sendLines(ctx.channel()), "keyboard");
        keyboard.setDaemon(true);
        keyboard.start();
    }

    private void sendLines(Channel channel) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        try {
            String line = lines.readLine();
            while (line != null) {
                // A write is complete when the transport has taken it: nobody types faster than it sends.
                ChannelFuture write = channel.writeAndFlush(ByteBufUtil.writeUtf8(channel.alloc(), line + "\n"));
                if (!write.await().isSuccess()) {
                    return;
                }
                line = lines.readLine();
            }
            ((DuplexChannel) channel).shutdownOutput();
        } catch (IOException | InterruptedException e) {
            outcome.completeExceptionally(e);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, String line) {
        out.println(line);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (!outputEnded) {
                err.println("(the peer has ended its output; Ctrl-D ends yours)");
            }
        } else if (event == ChannelOutputShutdownEvent.INSTANCE) {
            outputEnded = true;
        }
        if (inputEnded && outputEnded) {
            outcome.complete(0L);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (outputEnded) {
            outcome.complete(0L);
        } else {
            outcome.completeExceptionally(new Failure("the peer closed early"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        outcome.completeExceptionally(cause);
    }
}
