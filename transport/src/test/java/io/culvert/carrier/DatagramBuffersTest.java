/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The buffers of a read loop, and its end. */
class DatagramBuffersTest {
    private static final int DATAGRAM_BYTES = 1472;
    private static final int TRAIN_SEGMENTS = 44;
    private static final int TINY_SEGMENTS = 64;
    private static final int SHORT_BYTES = 2048;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private DatagramBuffers buffers;
    private DatagramBuffers.ExtendedHandle handle = handle(DatagramBuffers.Reading.ONE_BY_ONE);

    private DatagramBuffers.ExtendedHandle handle(DatagramBuffers.Reading reading) {
        buffers = new DatagramBuffers(reading);
        DatagramBuffers.ExtendedHandle made = (DatagramBuffers.ExtendedHandle) buffers.newHandle();
        made.reset(channel.config());
        return made;
    }

    @AfterEach
    void nothingOfTheChannelsAllocatorIsHeldBetweenBatches() {
        handle.readComplete();
        assertEquals(0, allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory());
        channel.finishAndReleaseAll();
    }

    @Test
    void oneBufferServesABatch() {
        ByteBuf first = handle.allocate(allocator);
        first.writeZero(DATAGRAM_BYTES).release();
        ByteBuf second = handle.allocate(allocator);
        assertSame(first, second);
        assertEquals(DatagramBuffers.MAX_DATAGRAM_BYTES, second.writableBytes());
        second.release();
    }

    @Test
    void aBufferThatSomebodyKeepsIsLeftToHim() {
        ByteBuf kept = handle.allocate(allocator);
        kept.writeByte(1);
        ByteBuf other = handle.allocate(allocator);
        assertNotSame(kept, other);
        other.writeByte(2).release();
        assertEquals(1, kept.refCnt());
        assertEquals(1, kept.readByte());
        kept.release();
    }

    @Test
    void whereBuffersWaitInTheKernelEachReadHasItsOwn() {
        handle = handle(DatagramBuffers.Reading.QUEUED);
        ByteBuf first = handle.allocate(allocator);
        first.release();
        assertEquals(0, first.refCnt());
    }

    @Test
    void collectedDatagramsLieOneBehindTheOther() {
        handle = handle(DatagramBuffers.Reading.COLLECTED);
        ByteBuf first = receive(DATAGRAM_BYTES);
        ByteBuf second = receive(DATAGRAM_BYTES);
        assertEquals(DATAGRAM_BYTES, first.readableBytes());
        assertTrue(second.memoryAddress() - first.memoryAddress() <= 2 * DATAGRAM_BYTES);
        second.writerIndex(0).writeZero(DATAGRAM_BYTES);
        for (int i = 0; i < DATAGRAM_BYTES; i++) {
            assertEquals((byte) DATAGRAM_BYTES, first.getByte(i));
        }
        first.release();
        second.release();
    }

    @Test
    void collectedDatagramsAlwaysHaveRoomForTheLargest() {
        handle = handle(DatagramBuffers.Reading.COLLECTED);
        for (int bytes : new int[] {1, 65_507, 1, 65_507, 65_507, DATAGRAM_BYTES, 0, 65_507}) {
            ByteBuf datagram = receive(bytes);
            assertEquals(bytes, datagram.readableBytes());
            datagram.release();
        }
        for (int i = 0; i < 1000; i++) {
            receive(DATAGRAM_BYTES).release();
        }
    }

    @Test
    void aBatchLiesInOneBlock() {
        handle = handle(DatagramBuffers.Reading.COLLECTED);
        ByteBuf first = receive(1);
        long begin = first.memoryAddress();
        first.release();
        while (handle.continueReading(() -> true)) {
            ByteBuf datagram = receive(4095);
            assertTrue(datagram.memoryAddress() > begin);
            assertTrue(datagram.memoryAddress() - begin < 256 * 1024);
            datagram.release();
        }
    }

    private ByteBuf receive(int bytes) {
        ByteBuf datagram = handle.allocate(allocator);
        assertEquals(DatagramBuffers.MAX_DATAGRAM_BYTES, datagram.writableBytes());
        for (int i = 0; i < bytes; i++) {
            datagram.writeByte(bytes);
        }
        handle.attemptedBytesRead(DatagramBuffers.MAX_DATAGRAM_BYTES);
        handle.lastBytesRead(bytes);
        return datagram;
    }

    @Test
    void singleDatagramsMakeABatchOf64() {
        assertEquals(64, readsOf(DATAGRAM_BYTES, 1));
    }

    @Test
    void trainsMakeABatchOf256Kibibytes() {
        assertEquals(5, readsOf(TRAIN_SEGMENTS * DATAGRAM_BYTES, TRAIN_SEGMENTS));
        assertEquals(5, readsOf(65_507, 1));
    }

    @Test
    void trainsOfTinySegmentsMakeABatchOf512() {
        assertEquals(8, readsOf(TINY_SEGMENTS * 13, TINY_SEGMENTS));
    }

    @Test
    void channelsOfAnEventLoopShareABlock() {
        ByteBuf first = handle.allocate(allocator);
        first.release();
        handle.readComplete();
        ByteBuf other = handle(DatagramBuffers.Reading.ONE_BY_ONE).allocate(allocator);
        assertSame(first, other);
        other.release();
    }

    @Test
    void anEventLoopThatEndsLeavesNoBlock() throws Exception {
        EventExecutorGroup loops = new DefaultEventExecutorGroup(1);
        ByteBuf datagram = loops.submit(() -> handle(DatagramBuffers.Reading.ONE_BY_ONE).allocate(allocator)).get();
        datagram.release();
        assertEquals(1, datagram.refCnt());
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get();
        assertEquals(0, datagram.refCnt());
    }

    @Test
    void whatSomebodyKeepsOfABatchIsNotWrittenOver() {
        handle = handle(DatagramBuffers.Reading.COLLECTED);
        ByteBuf kept = receive(DATAGRAM_BYTES);
        handle.readComplete();
        handle.reset(channel.config());
        ByteBuf other = receive(1);
        assertNotEquals(kept.memoryAddress(), other.memoryAddress());
        assertEquals((byte) DATAGRAM_BYTES, kept.getByte(0));
        kept.release();
        other.release();
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_BY_ONE", "COLLECTED"})
    void afterAShortDatagramThatCameAloneSevenBatchesEndWithTheFirst(DatagramBuffers.Reading reading) {
        handle = handle(reading);
        assertEquals(2, asksOf(SHORT_BYTES));
        for (int batch = 0; batch < 7; batch++) {
            assertEquals(1, asksOf(SHORT_BYTES));
        }
        assertEquals(2, asksOf(SHORT_BYTES));
        assertEquals(1, asksOf(SHORT_BYTES));
    }

    @Test
    void whoHasToKnowAllThatTheSocketHoldsIsToldIt() {
        asksOf(SHORT_BYTES);
        buffers.readToTheEnd();
        assertEquals(4, asksOf(1, 1, 1));
    }

    @Test
    void aLongDatagramIsNeverTakenToBeAlone() {
        asksOf(SHORT_BYTES);
        assertEquals(2, asksOf(SHORT_BYTES + 1));
        assertEquals(2, asksOf(SHORT_BYTES));
    }

    @Test
    void afterSeveralDatagramsTheKernelIsAskedForMore() {
        assertEquals(3, asksOf(1, 1));
        assertEquals(2, asksOf(1));
    }

    @Test
    void whereBuffersWaitInTheKernelItIsAlwaysAsked() {
        handle = handle(DatagramBuffers.Reading.QUEUED);
        assertEquals(2, asksOf(1));
        assertEquals(2, asksOf(1));
    }

    /** How often the kernel is asked in a batch that finds these datagrams. */
    private int asksOf(int... datagrams) {
        handle.reset(channel.config());
        int asks = 0;
        do {
            handle.allocate(allocator).release();
            handle.attemptedBytesRead(DatagramBuffers.MAX_DATAGRAM_BYTES);
            if (asks++ == datagrams.length) {
                handle.lastBytesRead(-1);
                break;
            }
            handle.lastBytesRead(datagrams[asks - 1]);
            handle.incMessagesRead(1);
        } while (handle.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER));
        handle.readComplete();
        return asks;
    }

    @Test
    void whatIsNotReadByItselfEndsTheBatch() {
        channel.config().setAutoRead(false);
        assertEquals(1, readsOf(DATAGRAM_BYTES, 1));
        channel.config().setAutoRead(true);
        handle.reset(channel.config());
        read(0, 0);
        assertFalse(handle.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER));
    }

    private int readsOf(int bytes, int datagrams) {
        handle.reset(channel.config());
        int reads = 0;
        do {
            read(bytes, datagrams);
            reads++;
            assertTrue(reads < 1000);
        } while (handle.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER));
        return reads;
    }

    private void read(int bytes, int datagrams) {
        handle.allocate(allocator).release();
        handle.attemptedBytesRead(DatagramBuffers.MAX_DATAGRAM_BYTES);
        handle.lastBytesRead(bytes);
        handle.incMessagesRead(datagrams);
    }
}
