/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

/** Our end of a connection: remembers what the channel told, and sends as fast as the channel is writable. */
final class StreamRecord extends ChannelInboundHandlerAdapter {
    private static final int WRITE_BYTES = 16 * 1024;

    private final CompletableFuture<SocketChannel> active = new CompletableFuture<>();
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private ByteBuf unsent = Unpooled.EMPTY_BUFFER;

    CompletableFuture<SocketChannel> active() {
        return active;
    }

    /** For example "active", "end of input after 5 bytes", "IOException: Connection reset by peer", "inactive". */
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    synchronized byte[] received() {
        return received.toByteArray();
    }

    synchronized int receivedBytes() {
        return received.size();
    }

    /** Once for each record. Completes when the channel has taken the last byte. */
    CompletableFuture<Void> send(byte[] data) {
        SocketChannel channel = active.join();
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        channel.eventLoop().execute(() -> {
            unsent = Unpooled.wrappedBuffer(data);
            writeWhatFits(ctx);
        });
        return sent;
    }

    private void writeWhatFits(ChannelHandlerContext ctx) {
        while (unsent.isReadable() && ctx.channel().isWritable()) {
            ChannelFuture write = ctx.write(unsent.readRetainedSlice(Math.min(WRITE_BYTES, unsent.readableBytes())));
            boolean last = !unsent.isReadable();
            write.addListener(future -> {
                if (!future.isSuccess()) {
                    sent.completeExceptionally(future.cause());
                } else if (last) {
                    sent.complete(null);
                }
            });
        }
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writeWhatFits(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        note("active");
        active.complete((SocketChannel) ctx.channel());
    }

    @Override
    public synchronized void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        ByteBuf data = (ByteBuf) message;
        try {
            data.readBytes(received, data.readableBytes());
        } finally {
            data.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            note("end of input after " + receivedBytes() + " bytes");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        note((cause instanceof IOException ? "IOException" : cause.getClass().getName()) + ": " + cause.getMessage());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        note("inactive");
    }

    private synchronized void note(String event) {
        events.add(event);
    }
}
