/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.channels.ClosedChannelException;

/** A channel as a socket uses it: the handler that brings its events to the two streams. */
final class SocketStream extends ChannelInboundHandlerAdapter {
    final CulvertChannel channel;
    final Input input;
    final Output output;

    SocketStream(CulvertChannel channel, Loops loops) {
        this.channel = channel;
        input = new Input(channel, loops);
        output = new Output(channel, loops);
        channel.config().setAllowHalfClosure(true);
        channel.pipeline().addLast(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        input.add((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        input.tell();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            input.end();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        output.tell();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new ClosedChannelException());
    }

    /** Whoever has read of a failure is not to write without hearing of it. */
    private void fail(Throwable cause) {
        output.fail(cause);
        input.fail(cause);
    }
}
