/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.util.SplittableRandom;

/** Loses some of the datagrams, and sends some twice. */
@Sharable
final class BadPath extends ChannelOutboundHandlerAdapter {
    private final SplittableRandom random;
    private final double lost;
    private final double doubled;

    BadPath(double lost, double doubled, long seed) {
        this.lost = lost;
        this.doubled = doubled;
        random = new SplittableRandom(seed);
    }

    private synchronized double next() {
        return random.nextDouble();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        double fate = next();
        if (fate < lost) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
            return;
        }
        if (fate < lost + doubled && message instanceof DatagramPacket datagram) {
            ctx.write(datagram.retainedDuplicate());
        }
        ctx.write(message, promise);
    }
}
