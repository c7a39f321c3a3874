/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.StreamHandler;
import io.culvert.bench.compare.netty.NettyStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.concurrent.TimeUnit;

/**
 * The one stream of a QUIC connection. The peer learns of it by its first byte, so the client sends one at once, which
 * is not of the stream's content.
 */
final class QuicStream extends NettyStream {
    private static final int ABORTED = 1;
    private static final int LINGER_MILLIS = 500;

    private final boolean client;
    private boolean greeted;
    /** Whether something was written that nothing has come after, so that the peer may not have it yet. */
    private boolean unanswered;
    private QuicStreamChannel channel;

    QuicStream(StreamHandler handler, boolean client) {
        super(handler, false);
        this.client = client;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = (QuicStreamChannel) ctx.channel();
        if (channel.isActive()) {
            greet(ctx);
        }
        super.handlerAdded(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        greet(ctx);
        super.channelActive(ctx);
        ctx.flush();
    }

    private void greet(ChannelHandlerContext ctx) {
        if (client && !greeted) {
            greeted = true;
            ctx.write(Unpooled.wrappedBuffer(new byte[1]));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!client && !greeted && bytes.isReadable()) {
            greeted = true;
            bytes.skipBytes(1);
        }
        if (bytes.isReadable()) {
            unanswered = false;
            super.channelRead(ctx, bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        super.channelInactive(ctx);
        if (client) {
            connection().close();
        }
    }

    @Override
    public void write(int bytes) {
        unanswered = true;
        super.write(bytes);
    }

    /**
     * Ends the connection, or the stream alone if the peer may lack something: it ends its side when it has all, and
     * has a moment for it.
     */
    @Override
    public void close() {
        if (unanswered) {
            // The end goes with a byte, which nobody misses in the count.
            channel.writeAndFlush(new DefaultQuicStreamFrame(Unpooled.wrappedBuffer(new byte[1]), true));
            channel.eventLoop().schedule(() -> connection().close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            connection().close();
        }
    }

    @Override
    public void abort() {
        connection().close(true, ABORTED, Unpooled.EMPTY_BUFFER);
    }

    private QuicChannel connection() {
        return channel.parent();
    }
}
