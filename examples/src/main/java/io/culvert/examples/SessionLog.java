/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.PrintWriter;
import java.net.InetSocketAddress;

/** Prints a line for a session when it opens and one when it closes. */
final class SessionLog extends ChannelInboundHandlerAdapter {
    private final PrintWriter out;
    private String peer;
    private String ending = "";
    private long receivedBytes;

    SessionLog(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        peer = Endpoint.text((InetSocketAddress) ctx.channel().remoteAddress());
        out.println("opened " + peer);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        receivedBytes += ((ByteBuf) message).readableBytes();
        ctx.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ending = ": " + Failure.line(cause);
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        out.println("closed " + peer + " (" + receivedBytes + " bytes received)" + ending);
        ctx.fireChannelInactive();
    }
}
