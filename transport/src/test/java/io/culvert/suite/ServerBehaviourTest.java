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

import java.io.IOException;

import io.culvert.Culvert;
import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;

/** Accepting, and the end of an event loop group. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerBehaviourTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final byte[] MEBIBYTE = SeededPattern.bytes(1 << 20, 2);

    @EverySetting
    void childrenAreRegisteredAndServedWithABossAndWorkers(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = world.bind(world.server(accepted, boss));
            ChannelFuture connect = world.client(new Recorder()).connect(listener.localAddress());
            finished(connect);
            Recorder atServer = accepted.next();
            assertTrue(atServer.channel().isRegistered());
            finished(connect.channel().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            atServer.awaitBytes(SOME.length);
            finished(connect.channel().close());
            eventually(() -> assertFalse(atServer.channel().isOpen()));
            SocketWorld.end(boss);
        }
    }

    @EverySetting
    void acceptingStopsWithAutoReadAndGoesOnWithIt(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener =
                    world.bind(world.server(accepted).option(ChannelOption.AUTO_READ, false));
            CulvertChannel client = connect(world, listener);
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(client.delivered());
            finished(listener.eventLoop().submit(() -> assertEquals(0, accepted.waiting())));

            listener.config().setAutoRead(true);
            accepted.next().awaitBytes(SOME.length);
            listener.config().setAutoRead(false);
            finished(listener.eventLoop().submit(() -> { }));
            CulvertChannel second = connect(world, listener);
            finished(second.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(second.delivered());
            finished(listener.eventLoop().submit(() -> assertEquals(0, accepted.waiting())));
            listener.read();
            accepted.next().awaitBytes(SOME.length);
        }
    }

    @EverySetting
    void sessionsNeverAcceptedAreResetWithTheServerChannel(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertServerChannel listener =
                    world.bind(world.server(new Recorder()).option(ChannelOption.AUTO_READ, false));
            Recorder recorder = new Recorder();
            CulvertChannel client = (CulvertChannel) finished(
                    world.client(recorder).connect(listener.localAddress())).channel();
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(client.delivered());
            finished(listener.close());
            recorder.awaitEvents(Recorder.ACTIVE, Recorder.RESET, Recorder.INACTIVE);
        }
    }

    @EverySetting
    void aSessionResetBeforeItIsAcceptedLeavesNothingBehind(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener =
                    world.bind(world.server(accepted).option(ChannelOption.AUTO_READ, false));
            CulvertChannel client = connect(world, listener);
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(client.delivered());
            client.config().setSoLinger(0);
            finished(client.close());
            world.awaitNoMemoryHeldBySessions();
            eventually(() -> assertEquals(0, listener.info().unaccepted()));
            listener.config().setAutoRead(true);
            connect(world, listener);
            assertTrue(accepted.next().channel().isRegistered());
        }
    }

    private static CulvertChannel connect(SocketWorld world, CulvertServerChannel listener) throws Exception {
        return (CulvertChannel) finished(world.client(new Recorder()).connect(listener.localAddress())).channel();
    }

    @EverySetting
    void drainOfAnIdleGroupCompletes(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            finished(Culvert.drain(world.group()));
            world.pair();
            finished(Culvert.drain(world.group()));
        }
    }

    @EverySetting
    void drainWaitsUntilClosedChannelsHaveDeliveredEverything(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup group = world.newGroup(1);
            Recorder atClient = new Recorder();
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener =
                    world.bind(world.server(accepted).childOption(ChannelOption.AUTO_READ, false));
            CulvertChannel client = (CulvertChannel) finished(world.client(atClient).clone(group)
                    .option(ChannelOption.SO_SNDBUF, MEBIBYTE.length).connect(listener.localAddress())).channel();
            Recorder atServer = accepted.next();
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE)));
            client.close();
            Future<Void> drained = Culvert.drain(group);
            eventually(() -> assertTrue(atServer.channel().info().receiveQueueBytes() > 0));
            finished(client.eventLoop().submit(() -> assertFalse(drained.isDone())));
            atServer.channel().config().setAutoRead(true);
            finished(drained);
            SocketWorld.end(group);
            atServer.awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            atServer.assertReceived(MEBIBYTE);
        }
    }

    @EverySetting
    void theEndOfTheGroupClosesLiveChannelsOnceAndFailsWhatIsNotDelivered(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false).open();
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE));
            Future<Void> delivered = pair.client().delivered();
            SocketWorld.end(world.group());
            assertInstanceOf(IOException.class, failure(delivered));
            assertFalse(pair.client().isOpen());
            assertFalse(pair.server().isOpen());
            assertFalse(pair.listener().isOpen());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            assertEquals(1, pair.atClient().events().stream().filter(Recorder.INACTIVE::equals).count());
        }
    }
}
