/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.finished;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import org.junit.jupiter.api.Timeout;

/** What an application does inside the callbacks of its handlers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallbackBehaviourTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);

    @EverySetting
    void aReadAskedForInsideAReadIsNotForgotten(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false)
                    .server(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1000)).open();
            pair.server().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ctx.fireChannelRead(message);
                    ctx.read();
                }
            });
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(pair.client().delivered());
            pair.server().read();
            pair.atServer().awaitBytes(SOME.length);
            pair.atServer().assertReceived(SOME);
        }
    }
}
