/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Writes for as long as there is room. */
@ChannelHandler.Sharable
final class Source extends ChannelInboundHandlerAdapter {
    private static final int WRITE_BYTES = 16 * 1024;

    private final ByteBuf bytes = Unpooled.unreleasableBuffer(
            new UnpooledByteBufAllocator(true, true).directBuffer(WRITE_BYTES).writeZero(WRITE_BYTES));

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        fill(ctx);
        ctx.fireChannelActive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        fill(ctx);
    }

    private void fill(ChannelHandlerContext ctx) {
        while (ctx.channel().isWritable()) {
            ctx.write(bytes.duplicate(), ctx.voidPromise());
        }
        ctx.flush();
    }
}
