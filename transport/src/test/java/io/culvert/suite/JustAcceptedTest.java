/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.state.ConnectionState;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.string.StringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Timeout;

/** What the server's side does with a channel whose session is still on its way to the channel's event loop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JustAcceptedTest {
    private static final int WORKERS = 2;
    private static final String FULL = "no more sessions";

    @EverySetting
    void aGreetingAndCloseWaitForTheSessionAndPassThePipeline(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            EventLoopGroup workers = world.newGroup(WORKERS);
            BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();
            CulvertServerChannel listener = world.bind(world.server(new Encoding(), boss, workers)
                    .handler(new Refusing(states)));
            Recorder recorder = new Recorder();
            CulvertChannel client = world.connect(recorder, listener);
            recorder.awaitBytes(FULL.length());
            recorder.assertReceived(FULL.getBytes(StandardCharsets.UTF_8));
            recorder.awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            assertEquals(ConnectionState.ESTABLISHED, states.take());
            finished(client.closeFuture());
            finished(listener.close());
            SocketWorld.end(workers);
            SocketWorld.end(boss);
        }
    }

    @EverySetting
    void closingTheServerLeavesASessionThatIsOnItsWayAlone(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            EventLoopGroup workers = world.newGroup(WORKERS);
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = world.bind(world.server(accepted, boss, workers)
                    .handler(new ClosingAfterTheFirst()));
            Recorder answers = new Recorder();
            CulvertChannel client = world.connect(answers, listener);
            byte[] text = SeededPattern.bytes(10_000, 1);
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(text)));
            Recorder child = accepted.next();
            child.awaitBytes(text.length);
            child.channel().writeAndFlush(Unpooled.wrappedBuffer(text));
            answers.awaitBytes(text.length);
            finished(listener.closeFuture());
            finished(client.close());
            finished(child.channel().closeFuture());
            // no socket is left behind
            eventually(() -> assertNull(world.server(new Recorder()).bind(listener.localAddress()).await().cause()));
            SocketWorld.end(workers);
            SocketWorld.end(boss);
        }
    }

    /** A server for one session. */
    private static final class ClosingAfterTheFirst extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.fireChannelRead(message);
            ctx.close();
        }
    }

    /** Tells who comes that there is no room, and lets nothing leave the boss's loop before the worker has heard. */
    private static final class Refusing extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<ConnectionState> states;

        Refusing(BlockingQueue<ConnectionState> states) {
            this.states = states;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            CulvertChannel child = (CulvertChannel) message;
            ctx.fireChannelRead(child);
            child.writeAndFlush(FULL);
            child.close();
            finished(child.eventLoop().submit(() -> { }));
            states.add(child.info().state());
        }
    }

    /** What is written are strings. */
    private static final class Encoding extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new StringEncoder());
        }
    }
}
