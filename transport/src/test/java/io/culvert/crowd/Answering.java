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
import io.netty.util.ReferenceCountUtil;

/** Answers whatever comes with so many bytes. One for all channels, as handlers are that keep nothing of their own. */
@ChannelHandler.Sharable
final class Answering extends ChannelInboundHandlerAdapter {
    private final ByteBuf answer;

    Answering(int bytes) {
        ByteBuf zeroes = new UnpooledByteBufAllocator(true, true).directBuffer(bytes).writeZero(bytes);
        answer = Unpooled.unreleasableBuffer(zeroes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        ctx.writeAndFlush(answer.duplicate(), ctx.voidPromise());
    }
}
