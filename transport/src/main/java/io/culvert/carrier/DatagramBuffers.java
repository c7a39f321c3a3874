/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * What datagrams are received in, and how many make a batch. The road copies what it keeps, so that where each datagram
 * is handled before the next is read one buffer serves a batch; one that somebody keeps all the same is left to him.
 * Where a batch is collected first, its datagrams lie one behind the other, so that small ones do not spread over as
 * much memory as large ones would take. Between batches there is none.
 */
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** No datagram is larger, nor a train that the kernel has put together. */
    static final int MAX_DATAGRAM_BYTES = 65536;

    /** Datagrams, or trains, read before their sessions deliver and answer. */
    private static final int MAX_READS = 64;
    /** So many bytes, which trains bring with few reads, are worth an answer: a quarter of a fast path's window. */
    private static final int MAX_BYTES = 256 * 1024;
    /** What else counts in trains of tiny segments, which take their time one by one. */
    private static final int MAX_DATAGRAMS = 512;

    /** Two of the largest datagrams, some dozens of the usual ones. */
    private static final int BLOCK_BYTES = 2 * MAX_DATAGRAM_BYTES;
    /** Datagrams of a block begin where a line of the processor's cache does. */
    private static final int ALIGNMENT = 64;

    /** How a channel reads. */
    enum Reading {
        /** A datagram is handled before the next is read. */
        ONE_BY_ONE,
        /** All datagrams are read before the first is handled. */
        COLLECTED,
        /** Buffers wait in the kernel, and nobody says when a batch is done. */
        QUEUED
    }

    private final Reading reading;

    /** For a channel that reads so. */
    DatagramBuffers(Reading reading) {
        super(MAX_DATAGRAMS);
        this.reading = reading;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return new Batch();
    }

    private final class Batch extends MaxMessageHandle {
        private ByteBuf buffer;
        /** Of a block. */
        private int usedBytes;
        private int reads;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            reads = 0;
        }

        @Override
        public int guess() {
            return MAX_DATAGRAM_BYTES;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return switch (reading) {
                case ONE_BY_ONE -> again(allocator);
                case COLLECTED -> next(allocator);
                case QUEUED -> super.allocate(allocator);
            };
        }

        private ByteBuf again(ByteBufAllocator allocator) {
            if (buffer != null && buffer.refCnt() > 1) {
                letGo();
            }
            if (buffer == null) {
                buffer = super.allocate(allocator);
            }
            return buffer.clear().retain();
        }

        private ByteBuf next(ByteBufAllocator allocator) {
            if (buffer != null && BLOCK_BYTES - usedBytes < MAX_DATAGRAM_BYTES) {
                letGo();
            }
            if (buffer == null) {
                buffer = allocator.ioBuffer(BLOCK_BYTES);
                usedBytes = 0;
            }
            return buffer.retainedSlice(usedBytes, MAX_DATAGRAM_BYTES).clear();
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            usedBytes += bytes + ALIGNMENT - 1 & -ALIGNMENT;
            reads++;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return reads < MAX_READS && totalBytesRead() < MAX_BYTES && super.continueReading(maybeMoreData);
        }

        @Override
        public void readComplete() {
            if (buffer != null) {
                letGo();
            }
        }

        private void letGo() {
            buffer.release();
            buffer = null;
        }
    }
}
