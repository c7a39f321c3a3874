/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/**
 * A handler of foreign datagrams: asks a STUN server, from the port of the sessions, what that port looks like outside.
 * Asks again every half second, as RFC 8489 6.2.1 does at first.
 */
public final class StunClient extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final int RTO_MILLIS = 500;

    private ChannelHandlerContext ctx;
    private Promise<InetSocketAddress> answer;
    private long transaction;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    /** Asks; once the channel is bound. */
    public Future<InetSocketAddress> ask(InetSocketAddress server) {
        Promise<InetSocketAddress> asked = ctx.executor().newPromise();
        ctx.executor().execute(() -> {
            answer = asked;
            transaction++;
            send(server, asked);
        });
        return asked;
    }

    private void send(InetSocketAddress server, Promise<InetSocketAddress> asked) {
        if (asked.isDone() || !ctx.channel().isOpen()) {
            return;
        }
        ByteBuf request = ctx.alloc().directBuffer();
        Stun.writeRequest(request, transaction);
        ctx.writeAndFlush(new DatagramPacket(request, server));
        ctx.executor().schedule(() -> send(server, asked), RTO_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) throws UnknownHostException {
        InetSocketAddress mapped = Stun.readResponse(packet.content(), transaction);
        if (mapped != null) {
            answer.trySuccess(mapped);
        }
    }
}
