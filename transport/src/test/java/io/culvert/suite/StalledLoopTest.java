/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** A collector that stops the world, or a handler that blocks, holds up timers and acknowledgments alike. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StalledLoopTest {
    private static final int RTO_MIN_MILLIS = 20;
    private static final int STALL_MILLIS = 10 * RTO_MIN_MILLIS;
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);

    /** Lets the stall end long after everything that is to be read by then has come. */
    private static final class Server extends SimpleChannelInboundHandler<ByteBuf> {
        private final CountDownLatch stall;
        private int received;

        Server(CountDownLatch stall) {
            this.stall = stall;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
            received += data.readableBytes();
            if (received == 1) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
            } else if (received == SOME.length) {
                ctx.executor().schedule(stall::countDown, STALL_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    @EverySetting
    void whatCameWhileTheLoopStoodStillIsReadBeforeItIsTakenForLost(Setting setting) throws Exception {
        assumeTrue(setting.io() != Io.IO_URING, "skipped: a loop of io_uring that is blocked sends nothing either");
        EventLoopGroup clients = null;
        try (SocketWorld world = new SocketWorld(setting)) {
            clients = world.newGroup(1);
            CountDownLatch stall = new CountDownLatch(1);
            CulvertServerChannel listener = world.bind(world.server(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Server(stall));
                }
            }));
            CulvertChannel sender = (CulvertChannel) finished(world.client(new ChannelInboundHandlerAdapter())
                    .clone(clients).option(CulvertChannelOption.RTO_MIN_MILLIS, RTO_MIN_MILLIS)
                    .connect(listener.localAddress())).channel();
            CountDownLatch ended = new CountDownLatch(1);
            CulvertChannel blocker = (CulvertChannel) finished(world.client(
                    new SimpleChannelInboundHandler<ByteBuf>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) throws Exception {
                            sender.writeAndFlush(Unpooled.wrappedBuffer(SOME));
                            assertTrue(stall.await(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS));
                            ended.countDown();
                        }
                    }).clone(clients).connect(listener.localAddress())).channel();

            finished(blocker.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            assertTrue(ended.await(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS));
            finished(sender.delivered());
            assertEquals(0, sender.info().retransmissions(), sender.info()::toString);
            assertEquals(0, sender.info().retransmissionTimeouts());
            assertEquals(0, sender.info().tailLossProbes());
        } finally {
            if (clients != null) {
                SocketWorld.end(clients);
            }
        }
    }
}
