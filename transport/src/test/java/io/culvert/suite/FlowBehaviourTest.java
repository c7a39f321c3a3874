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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading on demand, writing as far as there is room, and knowing what has arrived. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowBehaviourTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final byte[] MEBIBYTE = SeededPattern.bytes(1 << 20, 2);
    private static final int SEND_BUFFER_BYTES = 32 * 1024;
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;
    /** The window's unit with the scale of the largest buffer, 64 MiB: an edge is rounded up by less. */
    private static final int WINDOW_UNIT_BYTES = 2048;
    private static final int LOW_BYTES = 16 * 1024;
    private static final int HIGH_BYTES = 48 * 1024;
    private static final int WRITE_BYTES = 4 * 1024;
    /** What ChannelOutboundBuffer counts besides a message's bytes. */
    private static final int ENTRY_BYTES = Integer.getInteger("io.netty.transport.outboundBufferEntrySizeOverhead", 96);

    @TempDir
    private Path directory;

    private static Pair openWithSmallBuffers(SocketWorld world) throws Exception {
        return world.pairWith()
                .client(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .client(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_BYTES, HIGH_BYTES))
                .listener(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .server(ChannelOption.AUTO_READ, false).open();
    }

    /** Writes until the channel is not writable and the transport takes no more. */
    private static int fill(CulvertChannel channel) throws Exception {
        int[] written = new int[1];
        eventually(() -> {
            finished(channel.eventLoop().submit(() -> {
                while (channel.isWritable()) {
                    channel.writeAndFlush(channel.alloc().directBuffer(WRITE_BYTES)
                            .writeBytes(MEBIBYTE, written[0], WRITE_BYTES));
                    written[0] += WRITE_BYTES;
                }
            }));
            assertEquals(SEND_BUFFER_BYTES, channel.info().sendQueueBytes());
            assertFalse(channel.isWritable());
            // nothing paced, and no small segment, is left to go
            assertEquals(0, channel.info().peerWindowBytes());
        });
        return written[0];
    }

    @EverySetting
    void bufferedBytesAreBoundedWhenThePeerDoesNotRead(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = openWithSmallBuffers(world);
            int written = fill(pair.client());
            // paced segments may still be on their way
            eventually(() -> {
                int receiveQueue = (int) pair.server().info().receiveQueueBytes();
                int pending = Outbound.of(pair.client()).bytes;
                assertTrue(receiveQueue < RECEIVE_BUFFER_BYTES + WINDOW_UNIT_BYTES, () -> receiveQueue + " unread");
                assertEquals(written, receiveQueue + SEND_BUFFER_BYTES + pending);
                assertTrue(pending <= HIGH_BYTES, () -> pending + " pending");
            });
            assertEquals(0, pair.atServer().receivedBytes());

            pair.server().config().setAutoRead(true);
            pair.atServer().awaitBytes(written);
            pair.atServer().assertReceived(Arrays.copyOf(MEBIBYTE, written));
            eventually(() -> assertTrue(pair.client().isWritable()));
        }
    }

    /** What stands in the outbound buffer at one moment. */
    private record Outbound(int entries, int bytes, long counted, long beforeUnwritable, long beforeWritable) {
        static Outbound of(CulvertChannel channel) throws Exception {
            return finished(channel.eventLoop().submit(() -> {
                int[] bytes = new int[1];
                channel.unsafe().outboundBuffer().forEachFlushedMessage(message -> {
                    bytes[0] += ((ByteBuf) message).readableBytes();
                    return true;
                });
                return new Outbound(channel.unsafe().outboundBuffer().size(), bytes[0],
                        channel.unsafe().outboundBuffer().totalPendingWriteBytes(), channel.bytesBeforeUnwritable(),
                        channel.bytesBeforeWritable());
            })).getNow();
        }
    }

    @EverySetting
    void watermarksCountExactlyWhatTheSendBufferHasNotTaken(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = openWithSmallBuffers(world);
            CulvertChannel client = pair.client();
            fill(client);
            // paced segments may still be leaving
            eventually(() -> {
                Outbound outbound = Outbound.of(client);
                long counted = outbound.counted;
                // the first message counts until the send buffer has taken its last byte
                assertEquals((outbound.bytes + WRITE_BYTES - 1) / WRITE_BYTES, outbound.entries);
                assertEquals((long) outbound.entries * (WRITE_BYTES + ENTRY_BYTES), counted);
                assertTrue(counted >= LOW_BYTES && counted <= HIGH_BYTES + WRITE_BYTES + ENTRY_BYTES,
                        () -> counted + " counted");
                assertEquals(0, outbound.beforeUnwritable);
                assertEquals(counted - LOW_BYTES + 1, outbound.beforeWritable);
            });
        }
    }

    @EverySetting
    void aWritesPromiseSucceedsWhenTheSendBufferHasTakenIt(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = openWithSmallBuffers(world);
            fill(pair.client());
            Future<Void> waiting = pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            Future<Void> delivered = pair.client().delivered();
            finished(pair.client().eventLoop().submit(() -> assertFalse(waiting.isDone())));
            pair.server().config().setAutoRead(true);
            finished(waiting);
            finished(delivered);
            assertEquals(0, pair.client().info().sendQueueBytes());
        }
    }

    @EverySetting
    void deliveredSucceedsOnceThePeerHasAcknowledgedEverything(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.client().delivered());
            pair.client().write(Unpooled.wrappedBuffer(SOME));
            finished(pair.client().delivered());
            assertEquals(SOME.length, pair.server().info().bytesReceived());
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE));
            finished(pair.client().delivered());
            assertEquals(SOME.length + MEBIBYTE.length, pair.server().info().bytesReceived());
        }
    }

    /** As a socket's: nothing is set, and a long stream makes them larger. */
    @EverySetting
    void buffersGrowWithTheStream(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            long sendBuffer = pair.client().info().sendBufferBytes();
            long receiveBuffer = pair.server().info().receiveBufferBytes();
            for (int i = 0; i < 16; i++) {
                pair.client().writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE));
            }
            finished(pair.client().delivered());
            pair.atServer().awaitBytes(16 * MEBIBYTE.length);
            assertTrue(pair.client().info().sendBufferBytes() > sendBuffer, () -> pair.client().info().toString());
            // how far it grows without a round trip worth the name depends on what the kernel grants the socket
            if (pair.server().info().socketReceiveBufferBytes() >= 8 * receiveBuffer) {
                assertTrue(pair.server().info().receiveBufferBytes() > receiveBuffer,
                        () -> pair.server().info().toString());
            }
        }
    }

    @EverySetting
    void withoutAutoReadOnlyReadDelivers(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(pair.client().delivered());
            finished(pair.server().eventLoop().submit(() -> assertEquals(0, pair.atServer().reads())));
            assertEquals(SOME.length, pair.server().info().receiveQueueBytes());
            pair.server().read();
            eventually(() -> assertEquals(1, pair.atServer().readCompletes()));
            int first = pair.atServer().receivedBytes();
            assertTrue(first > 0);
            while (pair.atServer().receivedBytes() < SOME.length) {
                int before = pair.atServer().readCompletes();
                pair.server().read();
                eventually(() -> assertEquals(before + 1, pair.atServer().readCompletes()));
            }
            pair.atServer().assertReceived(SOME);
        }
    }

    @EverySetting
    void aReadAskedForBeforeAnythingCameIsRemembered(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false).open();
            pair.server().read();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[10])));
            pair.atServer().awaitBytes(10);
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[10])));
            finished(pair.client().delivered());
            finished(pair.server().eventLoop().submit(() -> assertEquals(10, pair.atServer().receivedBytes())));
        }
    }

    @EverySetting
    void switchingAutoReadOffInsideAReadStopsDelivery(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.server().eventLoop().submit(() -> pair.server().pipeline().addFirst(new PausingOnRead())));
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            finished(pair.client().delivered());
            for (int reads = 1; ; reads++) {
                int expected = reads;
                eventually(() -> assertEquals(expected, pair.atServer().reads()));
                finished(pair.server().eventLoop().submit(() -> assertEquals(expected, pair.atServer().reads())));
                if (pair.atServer().receivedBytes() == SOME.length) {
                    break;
                }
                pair.server().config().setAutoRead(true);
            }
            pair.atServer().assertReceived(SOME);
        }
    }

    @EverySetting
    void fileRegionsAreSentByteForByte(Setting setting) throws Exception {
        Path file = Files.write(directory.resolve("data"), MEBIBYTE);
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            pair.client().write(Unpooled.wrappedBuffer(SOME));
            Future<Void> whole = pair.client().write(new DefaultFileRegion(file.toFile(), 0, MEBIBYTE.length));
            pair.client().write(new DefaultFileRegion(file.toFile(), 100, 1000));
            pair.client().write(new DefaultFileRegion(file.toFile(), 0, 0));
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            finished(whole);
            pair.atServer().awaitBytes(SOME.length + MEBIBYTE.length + 1000 + SOME.length);
            ByteBuf expected = Unpooled.wrappedBuffer(SOME, MEBIBYTE,
                    Arrays.copyOfRange(MEBIBYTE, 100, 1100), SOME);
            pair.atServer().assertReceived(ByteBufUtil.getBytes(expected));
        }
    }

    @EverySetting
    void aFileShorterThanItsRegionFailsTheWrite(Setting setting) throws Exception {
        Path file = Files.write(directory.resolve("short"), SOME);
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            Future<Void> write =
                    pair.client().writeAndFlush(new DefaultFileRegion(file.toFile(), 0, SOME.length + 1));
            assertInstanceOf(IOException.class, failure(write));
        }
    }

    @EverySetting
    void otherMessagesAreRefused(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            assertInstanceOf(UnsupportedOperationException.class, failure(pair.client().writeAndFlush("text")));
            assertInstanceOf(UnsupportedOperationException.class, failure(pair.listener().writeAndFlush("text")));
            finished(pair.client().writeAndFlush(Unpooled.EMPTY_BUFFER));
            finished(pair.client().writeAndFlush(world.allocator().heapBuffer().writeBytes(SOME)));
            pair.atServer().awaitBytes(SOME.length);
        }
    }
}
