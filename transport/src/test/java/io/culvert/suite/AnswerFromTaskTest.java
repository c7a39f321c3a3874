/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.CulvertServerChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import org.junit.jupiter.api.Timeout;

/** Applications that answer from a task, as gRPC does: the acknowledgment travels with the answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AnswerFromTaskTest {
    private static final byte[] REQUEST_SEGMENT = new byte[1000];
    private static final int ROUNDS = 50;

    @EverySetting
    void noAcknowledgmentGoesAheadOfTheAnswer(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertServerChannel listener = world.bind(world.server(new AnsweringFromTask()));
            try (RawPeer peer = new RawPeer(listener.localAddress())) {
                peer.opensHalf();
                peer.opensFullyWith(REQUEST_SEGMENT);
                peer.countsBareAcknowledgments();
                int bare = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    // the second of two segments is owed an acknowledgment at once: RFC 5681 4.2
                    peer.sends(REQUEST_SEGMENT);
                    peer.sends(REQUEST_SEGMENT);
                    bare += peer.countsBareAcknowledgments();
                }
                peer.acknowledges();
                assertEquals(0, bare);
            }
        }
    }

    private static final class AnsweringFromTask extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
            ctx.executor().execute(() -> ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
        }
    }
}
