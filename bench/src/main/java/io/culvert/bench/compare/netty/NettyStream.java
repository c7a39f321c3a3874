/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.netty;

import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/** A Netty channel as a stream: the last handler of its pipeline. It is open when TLS is, where the channel has it. */
public class NettyStream extends ChannelInboundHandlerAdapter implements Stream {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final ByteBuf FILLER =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES));

    private final StreamHandler handler;
    private final boolean waitsForTls;
    private ChannelHandlerContext context;
    private boolean opened;
    private boolean closed;
    private Throwable cause;

    /** Tells the handler what happens to the channel. */
    public NettyStream(StreamHandler handler, boolean waitsForTls) {
        this.handler = handler;
        this.waitsForTls = waitsForTls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (ctx.channel().isActive() && !waitsForTls) {
            open();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!waitsForTls) {
            open();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            open();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void open() {
        if (!opened) {
            opened = true;
            handler.opened(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        int bytes = ((ByteBuf) message).readableBytes();
        ReferenceCountUtil.release(message);
        handler.received(this, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (opened) {
            handler.receivedAll(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (opened && ctx.channel().isWritable()) {
            handler.writable(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        fail(thrown);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    /** Why the stream will be over soon. */
    public final void fail(Throwable thrown) {
        if (cause == null) {
            cause = thrown;
        }
    }

    /** The stream is over; called on the event loop. */
    public final void end() {
        if (!closed) {
            closed = true;
            handler.closed(opened ? this : null, cause);
        }
    }

    @Override
    public void write(int bytes) {
        int left = bytes;
        while (left > 0) {
            int length = Math.min(left, CHUNK_BYTES);
            context.write(FILLER.retainedSlice(0, length), context.voidPromise());
            left -= length;
        }
    }

    @Override
    public void flush() {
        context.flush();
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public void close() {
        context.channel().close();
    }

    @Override
    public void abort() {
        if (context.channel().isOpen()) {
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        context.channel().close();
    }

    @Override
    public void execute(Runnable task) {
        context.executor().execute(task);
    }
}
