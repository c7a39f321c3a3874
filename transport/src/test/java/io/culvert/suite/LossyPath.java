/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.ScheduledFuture;

/**
 * A bad path for the datagrams that a UDP channel sends: drops some, sends some twice, and holds some for a few
 * milliseconds so that later ones overtake them.
 */
final class LossyPath extends ChannelOutboundHandlerAdapter {
    private static final double DUPLICATED = 0.01;
    private static final double HELD = 0.02;
    private static final int MAX_HOLD_MICROS = 3_000;

    private final SplittableRandom random;
    private final double lost;
    private final Set<Held> held = new HashSet<>();

    private LossyPath(double lost, long seed) {
        this.lost = lost;
        random = new SplittableRandom(seed);
    }

    /** A path of its own for every UDP channel. */
    static ChannelHandler onEveryChannel(double lost, long seed) {
        return new Installer(lost, seed);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof DatagramPacket datagram)) {
            ctx.write(message, promise);
            return;
        }
        double fate = random.nextDouble();
        if (fate < lost) {
            datagram.release();
            promise.trySuccess();
        } else if (fate < lost + HELD && !ctx.executor().isShuttingDown()) {
            promise.trySuccess();
            new Held(ctx, datagram).start();
        } else {
            if (fate < lost + HELD + DUPLICATED) {
                ctx.write(datagram.retainedDuplicate());
            }
            ctx.write(datagram, promise);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.forEach(Held::drop);
        held.clear();
    }

    /** A datagram on its way by the longer road. */
    private final class Held implements Runnable {
        private final ChannelHandlerContext ctx;
        private final DatagramPacket datagram;
        private ScheduledFuture<?> arrival;

        Held(ChannelHandlerContext ctx, DatagramPacket datagram) {
            this.ctx = ctx;
            this.datagram = datagram;
        }

        void start() {
            held.add(this);
            arrival = ctx.executor().schedule(this, random.nextInt(MAX_HOLD_MICROS), TimeUnit.MICROSECONDS);
        }

        @Override
        public void run() {
            held.remove(this);
            ctx.writeAndFlush(datagram);
        }

        void drop() {
            arrival.cancel(false);
            datagram.release();
        }
    }

    @Sharable
    private static final class Installer extends ChannelInitializer<Channel> {
        private final double lost;
        private final long seed;

        Installer(double lost, long seed) {
            this.lost = lost;
            this.seed = seed;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addFirst(new LossyPath(lost, seed));
        }
    }
}
