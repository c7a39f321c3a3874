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
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;

/** Every way a channel ends. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseBehaviourTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final byte[] MEBIBYTE = SeededPattern.bytes(1 << 20, 2);
    private static final String RESET_AFTER_SOME = Recorder.RESET + " after " + SOME.length + " bytes";

    @EverySetting
    void bothEndsCloseWhenOneDoes(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.client().close());
            assertFalse(pair.client().isActive());
            assertFalse(pair.client().isOpen());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            eventually(() -> assertFalse(pair.server().isRegistered()));
            assertFalse(pair.server().isOpen());
            assertTrue(pair.listener().isActive());
        }
    }

    @EverySetting
    void closingTwiceSucceedsTwiceAndTellsOnce(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            Future<Void> first = pair.client().close();
            Future<Void> second = pair.client().close();
            finished(first);
            finished(second);
            finished(pair.client().close());
            assertTrue(pair.client().closeFuture().isSuccess());
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
        }
    }

    @EverySetting
    void isInactiveFromCloseOn(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            CulvertChannel client = pair.client();
            Future<Boolean> activeAfterClose = client.eventLoop().submit(() -> {
                client.close();
                return client.isActive();
            });
            assertFalse(finished(activeAfterClose).getNow());
        }
    }

    @EverySetting
    void aWriteAfterCloseFails(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            CulvertChannel client = pair.client();
            Future<?> early = finished(client.eventLoop().submit(() -> {
                client.close();
                return client.writeAndFlush(world.allocator().buffer().writeInt(1));
            })).getNow();
            assertInstanceOf(ClosedChannelException.class, failure(early));
            finished(client.closeFuture());
            assertInstanceOf(ClosedChannelException.class,
                    failure(client.writeAndFlush(world.allocator().buffer().writeInt(1))));
            assertEquals(0, pair.atServer().receivedBytes());
        }
    }

    @EverySetting
    void closeLosesNothingWhosePromiseSucceeded(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE)).addListener(ChannelFutureListener.CLOSE);
            finished(pair.client().closeFuture());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atServer().assertReceived(MEBIBYTE);
        }
    }

    @EverySetting
    void closeFutureCompletesOnceThePeerHasEverything(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            Future<Void> delivered = pair.client().delivered();
            finished(pair.client().close());
            finished(delivered);
            assertEquals(SOME.length, pair.server().info().bytesReceived());
            assertEquals(0, pair.atServer().receivedBytes());
            pair.server().config().setAutoRead(true);
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atServer().assertReceived(SOME);
        }
    }

    @EverySetting
    void closeGivesUpWaitingAfterTheLingerTime(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().client(ChannelOption.SO_LINGER, 1)
                    .client(ChannelOption.SO_SNDBUF, MEBIBYTE.length).server(ChannelOption.AUTO_READ, false).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE)));
            Future<Void> delivered = pair.client().delivered();
            finished(pair.client().close());
            assertInstanceOf(ClosedChannelException.class, failure(delivered));
            // the session goes on without its channel
            pair.server().config().setAutoRead(true);
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atServer().assertReceived(MEBIBYTE);
        }
    }

    @EverySetting
    void lingerZeroResetsThePeerAfterWhatItReceived(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().client(ChannelOption.SO_LINGER, 0).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(pair.client().delivered());
            finished(pair.client().close());
            pair.atServer().awaitEvents(Recorder.ACTIVE, RESET_AFTER_SOME, Recorder.INACTIVE);
            pair.atServer().assertReceived(SOME);
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            finished(pair.server().closeFuture());
        }
    }

    @EverySetting
    void aResetLeavesBehindManyDatagramsOfTheSameTurn(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().client(CulvertChannelOption.TCP_MAXSEG, 1000)
                    .client(ChannelOption.SO_LINGER, 0).open();
            finished(pair.client().eventLoop().submit(() -> {
                pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
                pair.client().close();
            }));
            finished(pair.server().closeFuture());
            eventually(() -> assertEquals(3, pair.atServer().events().size()));
            assertTrue(pair.atServer().events().get(1).startsWith(Recorder.RESET), pair.atServer().events()::toString);
        }
    }

    @EverySetting
    void aResetPeerFailsWhatIsNotDelivered(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false)
                    .server(ChannelOption.SO_LINGER, 0).open();
            Future<Void> write = pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE));
            Future<Void> delivered = pair.client().delivered();
            eventually(() -> assertTrue(pair.server().info().receiveQueueBytes() > 0));
            finished(pair.server().close());
            assertInstanceOf(IOException.class, failure(write));
            assertInstanceOf(IOException.class, failure(delivered));
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.RESET, Recorder.INACTIVE);
            assertInstanceOf(ClosedChannelException.class, failure(pair.client().delivered()));
        }
    }

    @EverySetting
    void unreadBytesAtCloseResetThePeer(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(pair.client().delivered());
            finished(pair.server().close());
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.RESET, Recorder.INACTIVE);
            assertEquals(0, pair.atServer().receivedBytes());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
        }
    }

    @EverySetting
    void bytesToAPeerThatHasClosedAreAnsweredWithAReset(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            finished(pair.client().close());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
            pair.server().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE, Recorder.RESET, Recorder.INACTIVE);
        }
    }

    @EverySetting
    void bothEndsMayCloseAtOnce(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            Future<Void> client = pair.client().close();
            Future<Void> server = pair.server().close();
            finished(client);
            finished(server);
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
        }
    }

    @EverySetting
    void closingTheServerChannelLeavesAcceptedSessionsAlone(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.listener().close());
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            pair.atServer().awaitBytes(SOME.length);
            finished(pair.server().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            pair.atClient().awaitBytes(SOME.length);
            assertSame(pair.listener(), pair.server().parent());
        }
    }

    @EverySetting
    void closingFromInsideAReadEndsBothOnce(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            // on the loop: added from elsewhere, the handler would be passed over until the loop has seen it
            finished(pair.server().eventLoop().submit(() -> pair.server().pipeline().addFirst(new ClosingOnRead())));
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(pair.server().closeFuture());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            eventually(() -> assertFalse(pair.client().isOpen()));
        }
    }
}
