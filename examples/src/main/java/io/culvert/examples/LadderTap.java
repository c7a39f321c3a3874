/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.examples.Ladder.Side;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentParser;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;

/** Reads the segments that leave and reach one UDP socket and tells the ladder. */
final class LadderTap extends ChannelDuplexHandler {
    private final Ladder ladder;
    private final Side side;
    private final Segment segment = new Segment();

    private LadderTap(Ladder ladder, Side side) {
        this.ladder = ladder;
        this.side = side;
    }

    /** What to give the transport as datagram handler: a bad network and, above it, a tap. */
    static ChannelHandler handler(Ladder ladder, Side side, double loss, int delayMillis, long seed) {
        return new Placement(ladder, side, loss, delayMillis, seed);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (parsed(message)) {
            if (ctx.channel().localAddress() instanceof InetSocketAddress address) {
                ladder.address(side, address);
            }
            ladder.sent(side, segment, now(ctx));
        }
        ctx.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (parsed(message)) {
            ladder.received(side, segment, now(ctx));
        }
        ctx.fireChannelRead(message);
    }

    private void lost(DatagramPacket datagram) {
        if (parsed(datagram)) {
            ladder.lost(side, segment);
        }
    }

    private boolean parsed(Object message) {
        return message instanceof DatagramPacket datagram && SegmentParser.parse(datagram.content(), segment) == null;
    }

    private static long now(ChannelHandlerContext ctx) {
        return ctx.channel().eventLoop().ticker().nanoTime();
    }

    @ChannelHandler.Sharable
    private static final class Placement extends ChannelInitializer<Channel> {
        private final Ladder ladder;
        private final Side side;
        private final double loss;
        private final int delayMillis;
        private final long seed;

        Placement(Ladder ladder, Side side, double loss, int delayMillis, long seed) {
            this.ladder = ladder;
            this.side = side;
            this.loss = loss;
            this.delayMillis = delayMillis;
            this.seed = seed;
        }

        /** Puts both where the initializer itself stands: the transport's handlers are behind it already. */
        @Override
        protected void initChannel(Channel channel) {
            LadderTap tap = new LadderTap(ladder, side);
            ChannelPipeline pipeline = channel.pipeline();
            String here = pipeline.context(this).name();
            pipeline.addAfter(here, "ladder-tap", tap);
            pipeline.addAfter(here, "lossy-path", new LossyPath(loss, delayMillis, seed, tap::lost));
        }
    }
}
