/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The memory in which an event loop receives datagrams, the same for every batch. A block of which somebody keeps a
 * part all the same is left to him.
 */
final class DatagramBlock {
    /** Datagrams of a block begin where a line of the processor's cache does. */
    private static final int ALIGNMENT = 64;
    /** A batch that is collected, and one of the largest datagrams at its end. */
    private static final int COLLECTED_BYTES = DatagramBuffers.MAX_BYTES + DatagramBuffers.MAX_READS * ALIGNMENT
            + DatagramBuffers.MAX_DATAGRAM_BYTES;

    /** The collector's, and without a detector of leaks: a loop of a foreign thread may just end. */
    private static final ByteBufAllocator MEMORY = new UnpooledByteBufAllocator(true, true, false);
    private static final FastThreadLocal<DatagramBlock> OF_EVENT_LOOP = new FastThreadLocal<>() {
        @Override
        protected DatagramBlock initialValue() {
            return new DatagramBlock();
        }

        @Override
        protected void onRemoval(DatagramBlock block) {
            block.leave();
        }
    };

    private ByteBuf memory;
    private int usedBytes;

    private DatagramBlock() {
    }

    /** The one of this thread. */
    static DatagramBlock ofEventLoop() {
        return OF_EVENT_LOOP.get();
    }

    /** A batch begins: what came before is handled. */
    void restart() {
        leaveIfKept();
        usedBytes = 0;
    }

    /** Room for a datagram that is handled before the next is read. */
    ByteBuf again() {
        leaveIfKept();
        return memory(DatagramBuffers.MAX_DATAGRAM_BYTES).clear().retain();
    }

    /** Room for a datagram behind those of this batch. */
    ByteBuf next() {
        if (COLLECTED_BYTES - usedBytes < DatagramBuffers.MAX_DATAGRAM_BYTES) {
            leave();
        }
        return memory(COLLECTED_BYTES).retainedSlice(usedBytes, DatagramBuffers.MAX_DATAGRAM_BYTES).clear();
    }

    /** So long was the datagram for which there was room. */
    void used(int bytes) {
        usedBytes += bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }

    private ByteBuf memory(int bytes) {
        if (memory == null || memory.capacity() != bytes) {
            leave();
            memory = MEMORY.directBuffer(bytes, bytes);
            usedBytes = 0;
        }
        return memory;
    }

    private void leaveIfKept() {
        if (memory != null && memory.refCnt() > 1) {
            leave();
        }
    }

    private void leave() {
        if (memory != null) {
            memory.release();
            memory = null;
        }
    }
}
