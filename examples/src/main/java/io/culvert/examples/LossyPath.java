/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bad network in one direction: stands in the pipeline of a UDP socket, below everything of the transport, and loses
 * or delays the datagrams that go out. The order of those that arrive stays.
 */
final class LossyPath extends ChannelOutboundHandlerAdapter {
    private final double loss;
    private final int delayMillis;
    private final SplittableRandom random;
    private final Consumer<DatagramPacket> whenLost;
    private final ArrayDeque<OnTheWay> onTheWay = new ArrayDeque<>();

    private record OnTheWay(Object message, ChannelPromise promise) {
    }

    /**
     * A path.
     *
     * @param loss probability of each datagram's loss, 0 to 1
     * @param whenLost is shown every lost datagram, which it may look at during the call
     */
    LossyPath(double loss, int delayMillis, long seed, Consumer<DatagramPacket> whenLost) {
        this.loss = loss;
        this.delayMillis = delayMillis;
        this.random = new SplittableRandom(seed);
        this.whenLost = whenLost;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof DatagramPacket datagram && random.nextDouble() < loss) {
            whenLost.accept(datagram);
            datagram.release();
            // To the sender the loss looks like a sent datagram.
            promise.trySuccess();
        } else if (delayMillis == 0) {
            ctx.write(message, promise);
        } else {
            onTheWay.add(new OnTheWay(message, promise));
            ctx.executor().schedule(() -> sendOldest(ctx), delayMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void sendOldest(ChannelHandlerContext ctx) {
        OnTheWay oldest = onTheWay.poll();
        if (oldest != null) {
            ctx.writeAndFlush(oldest.message, oldest.promise);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        for (OnTheWay late = onTheWay.poll(); late != null; late = onTheWay.poll()) {
            ReferenceCountUtil.release(late.message);
            late.promise.tryFailure(new Failure("the socket was closed under a delayed datagram"));
        }
    }
}
