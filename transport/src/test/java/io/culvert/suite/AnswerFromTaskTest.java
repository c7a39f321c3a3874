/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;

/** Applications that answer from a task, as gRPC does: the acknowledgment travels with the answer, if one comes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AnswerFromTaskTest {
    private static final byte[] REQUEST_SEGMENT = new byte[1000];
    private static final int ROUNDS = 200;
    /** With io_uring what is sent leaves when a second of tasks is over. */
    private static final int BUSY_ROUNDS = 3;

    @EverySetting
    void noAcknowledgmentGoesAheadOfTheAnswer(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting);
                RawPeer peer = connected(world, new AnsweringFromTask())) {
            int bare = 0;
            for (int round = 0; round < ROUNDS; round++) {
                bare += request(peer);
            }
            assertEquals(0, bare);
        }
    }

    @EverySetting
    void tasksThatGoOnDoNotHoldItBack(Setting setting) throws Exception {
        BusyUntilAcknowledged handler = new BusyUntilAcknowledged();
        try (SocketWorld world = new SocketWorld(setting); RawPeer peer = connected(world, handler)) {
            for (int round = 1; round <= BUSY_ROUNDS; round++) {
                // without an acknowledgment the peer's patience ends
                request(peer);
                handler.acknowledged = round;
            }
        }
    }

    private static RawPeer connected(SocketWorld world, ChannelHandler handler) throws Exception {
        ChannelHandler children = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                world.resetAtEnd(child).pipeline().addLast(handler);
            }
        };
        RawPeer peer = new RawPeer(world.bind(world.server(children)).localAddress());
        peer.opensHalf();
        peer.opensFullyWith(REQUEST_SEGMENT);
        peer.countsBareAcknowledgments();
        return peer;
    }

    /** The second of two segments is owed an acknowledgment at once: RFC 5681 4.2. */
    private static int request(RawPeer peer) throws IOException {
        peer.sends(REQUEST_SEGMENT);
        peer.sends(REQUEST_SEGMENT);
        return peer.countsBareAcknowledgments();
    }

    private static final class AnsweringFromTask extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
            ctx.executor().execute(() -> ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
        }
    }

    /** After a whole request there is always a task, until the peer has its acknowledgment. */
    private static final class BusyUntilAcknowledged extends SimpleChannelInboundHandler<ByteBuf> {
        /** So many requests are. */
        private volatile int acknowledged;
        /** But for the one that opens. */
        private int segments = -1;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
            segments += request.readableBytes() / REQUEST_SEGMENT.length;
            if (segments % 2 == 0) {
                goOn(ctx, segments / 2);
            }
        }

        private void goOn(ChannelHandlerContext ctx, int requests) {
            if (acknowledged < requests && ctx.channel().isActive()) {
                ctx.executor().execute(() -> goOn(ctx, requests));
            }
        }
    }
}
