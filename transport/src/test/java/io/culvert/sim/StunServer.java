/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;

/** Tells everybody who asks at a UDP channel where the question came from. */
@Sharable
public final class StunServer extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        if (Stun.isRequest(packet.content())) {
            ByteBuf response = ctx.alloc().directBuffer();
            Stun.writeResponse(response, packet.content(), packet.sender());
            ctx.writeAndFlush(new DatagramPacket(response, packet.sender()));
        }
    }
}
