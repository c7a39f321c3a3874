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

import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;

import io.culvert.CulvertChannel;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;

/** One direction ends before the other. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HalfCloseBehaviourTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final byte[] OTHER = SeededPattern.bytes(20_000, 2);
    private static final byte[] MEBIBYTE = SeededPattern.bytes(1 << 20, 3);

    @EverySetting
    void theEndOfInputComesOnceAfterAllDataAndTheOtherWayStaysOpen(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().both(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            finished(pair.client().shutdownOutput());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
            pair.atServer().assertReceived(SOME);
            assertTrue(pair.server().isInputShutdown());
            assertFalse(pair.server().isOutputShutdown());
            assertTrue(pair.client().isOutputShutdown());
            assertFalse(pair.client().isInputShutdown());
            assertFalse(pair.client().isShutdown());

            pair.server().writeAndFlush(Unpooled.wrappedBuffer(OTHER));
            finished(pair.server().shutdownOutput());
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.OUTPUT_SHUTDOWN, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
            pair.atClient().assertReceived(OTHER);
            assertTrue(pair.client().isShutdown());
            finished(pair.client().close());
            finished(pair.server().close());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE, Recorder.OUTPUT_SHUTDOWN, Recorder.INACTIVE);
        }
    }

    @EverySetting
    void theServerMayEndItsOutputFirst(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().both(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            finished(pair.server().shutdownOutput());
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            pair.atServer().awaitBytes(SOME.length);
            finished(pair.client().close());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.OUTPUT_SHUTDOWN, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
        }
    }

    @EverySetting
    void withoutTheOptionTheEndOfInputClosesTheChannel(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().client(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            finished(pair.client().shutdownOutput());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INACTIVE);
            pair.atServer().assertReceived(SOME);
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.OUTPUT_SHUTDOWN, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
        }
    }

    @EverySetting
    void whatIsFlushedBeforeTheShutdownIsSentEvenIfNobodyReadsYet(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().both(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .server(ChannelOption.AUTO_READ, false).open();
            Future<Void> write = pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE));
            Future<Void> shutdown = pair.client().shutdownOutput();
            Future<Void> late = pair.client().writeAndFlush(world.allocator().buffer().writeInt(1));
            assertInstanceOf(ChannelOutputShutdownException.class, failure(late));
            assertTrue(pair.client().isOutputShutdown());
            assertFalse(write.isDone());
            assertFalse(shutdown.isDone());
            pair.server().config().setAutoRead(true);
            finished(write);
            finished(shutdown);
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
            pair.atServer().assertReceived(MEBIBYTE);
        }
    }

    @EverySetting
    void aWriteAfterShutdownOutputFails(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().both(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            finished(pair.client().shutdownOutput());
            assertInstanceOf(ClosedChannelException.class,
                    failure(pair.client().writeAndFlush(world.allocator().buffer().writeInt(1))));
            finished(pair.client().shutdownOutput());
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.OUTPUT_SHUTDOWN);
        }
    }

    @EverySetting
    void afterShutdownInputWhatComesIsDropped(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().both(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            finished(pair.server().shutdownInput());
            assertTrue(pair.server().isInputShutdown());
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE)));
            finished(pair.client().delivered());
            assertEquals(0, pair.atServer().receivedBytes());
            pair.server().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            pair.atClient().awaitBytes(SOME.length);
        }
    }

    @EverySetting
    void shutdownEndsBothDirections(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().both(ChannelOption.ALLOW_HALF_CLOSURE, true).open();
            finished(pair.client().shutdown());
            assertTrue(pair.client().isShutdown());
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
        }
    }

    @EverySetting
    void shutdownFailsBeforeConnectAndAfterClose(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertChannel channel =
                    (CulvertChannel) finished(world.client(new Recorder()).register()).channel();
            assertInstanceOf(NotYetConnectedException.class, failure(channel.shutdownOutput()));
            assertInstanceOf(NotYetConnectedException.class, failure(channel.shutdownInput()));
            finished(channel.close());
            assertInstanceOf(ClosedChannelException.class, failure(channel.shutdownOutput()));
            assertInstanceOf(ClosedChannelException.class, failure(channel.shutdown()));
            assertTrue(channel.isShutdown());
        }
    }

    @EverySetting
    void theEndOfInputIsToldWithoutAReadOutstanding(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .server(ChannelOption.AUTO_READ, false).open();
            finished(pair.client().shutdownOutput());
            eventually(() -> assertTrue(pair.server().isInputShutdown()));
            pair.atServer().awaitEvents(Recorder.ACTIVE, Recorder.INPUT_SHUTDOWN,
                    Recorder.INPUT_SHUTDOWN_READ_COMPLETE);
        }
    }
}
