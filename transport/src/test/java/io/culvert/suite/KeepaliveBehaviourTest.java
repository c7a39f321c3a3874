/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.failure;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertTimeoutException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.junit.jupiter.api.Timeout;

/** A peer whose datagrams vanish from one moment on: neither its socket nor its host says anything. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeepaliveBehaviourTest {
    @EverySetting
    void anIdleSessionEndsWhenItsPeerHasVanished(Setting setting) throws Exception {
        CutPath path = new CutPath();
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().listener(CulvertChannelOption.DATAGRAM_HANDLER, path)
                    .client(ChannelOption.SO_KEEPALIVE, true)
                    .client(CulvertChannelOption.TCP_KEEPIDLE, 1)
                    .client(CulvertChannelOption.TCP_KEEPINTVL, 1)
                    .client(CulvertChannelOption.TCP_KEEPCNT, 1).open();
            path.cut();
            Future<?> closed = finished(pair.client().closeFuture());
            assertTrue(closed.isSuccess());
            String failure = "CulvertTimeoutException: Connection timed out: " + pair.client().remoteAddress()
                    + " has not answered 1 keepalive probe";
            pair.atClient().awaitEvents(Recorder.ACTIVE, failure, Recorder.INACTIVE);
            assertEquals(List.of(Recorder.ACTIVE), pair.atServer().events());
        }
    }

    @EverySetting
    void aSessionWithDataEndsByItsUserTimeout(Setting setting) throws Exception {
        CutPath path = new CutPath();
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().listener(CulvertChannelOption.DATAGRAM_HANDLER, path)
                    .client(CulvertChannelOption.TCP_USER_TIMEOUT, 500).open();
            path.cut();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            Throwable cause = failure(pair.client().delivered());
            assertInstanceOf(CulvertTimeoutException.class, cause);
            assertEquals("Connection timed out: " + pair.client().remoteAddress()
                    + " has taken no data for 500 ms (TCP_USER_TIMEOUT)", cause.getMessage());
            eventually(() -> assertFalse(pair.client().isOpen()));
        }
    }

    /** Lets everything pass until it is cut, then nothing. */
    @Sharable
    private static final class CutPath extends ChannelDuplexHandler {
        private volatile boolean cut;

        void cut() {
            cut = true;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (cut) {
                ReferenceCountUtil.release(message);
            } else {
                ctx.fireChannelRead(message);
            }
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (cut) {
                ReferenceCountUtil.release(message);
                promise.trySuccess();
            } else {
                ctx.write(message, promise);
            }
        }
    }
}
