/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * What datagrams are received in, and how many make a batch. The road copies what it keeps, so that one block of memory
 * serves all channels of an event loop, whose batches come one after the other: where each datagram is handled before
 * the next is read, each lies at its beginning, and where a batch is collected first, one lies behind the other. A
 * block of which somebody keeps a part all the same is left to him.
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

    /** A datagram of no more bytes may be a message by itself, or an acknowledgment; bulk comes in larger ones. */
    private static final int SHORT_BYTES = 2048;
    /**
     * After a short datagram that came alone so many batches end with their first, if that is short too: to ask the
     * kernel whether there is another costs as much as to be told, and delays the answer.
     */
    private static final int TRUSTED_BATCHES = 7;

    /** Two of the largest datagrams, some dozens of the usual ones. */
    private static final int BLOCK_BYTES = 2 * MAX_DATAGRAM_BYTES;
    /** Datagrams of a block begin where a line of the processor's cache does. */
    private static final int ALIGNMENT = 64;

    /** The garbage collector's, since nobody says when an event loop ends. */
    private static final ByteBufAllocator BLOCKS = new UnpooledByteBufAllocator(true, true, false);
    private static final FastThreadLocal<Block> OF_EVENT_LOOP = new FastThreadLocal<>() {
        @Override
        protected Block initialValue() {
            return new Block();
        }
    };

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
    /** So many batches more are taken to be over with their first datagram. */
    private int trusted;

    /** For one channel, which reads so. */
    DatagramBuffers(Reading reading) {
        super(MAX_DATAGRAMS);
        this.reading = reading;
    }

    /** The next batch is to be all that the socket holds. */
    void readToTheEnd() {
        trusted = 0;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return new Batch();
    }

    /** The memory of an event loop. */
    private static final class Block {
        private ByteBuf memory;
        private int usedBytes;

        /** Room for a datagram that is handled before the next is read. */
        ByteBuf again() {
            if (memory != null && memory.refCnt() > 1) {
                letGo();
            }
            return memory(MAX_DATAGRAM_BYTES).clear().retain();
        }

        /** Room for a datagram behind those of this batch. */
        ByteBuf next() {
            if (memory != null && BLOCK_BYTES - usedBytes < MAX_DATAGRAM_BYTES) {
                letGo();
            }
            return memory(BLOCK_BYTES).retainedSlice(usedBytes, MAX_DATAGRAM_BYTES).clear();
        }

        void used(int bytes) {
            usedBytes += bytes + ALIGNMENT - 1 & -ALIGNMENT;
        }

        /** A batch begins: what came before is handled. */
        void restart() {
            if (memory != null && memory.refCnt() > 1) {
                letGo();
            }
            usedBytes = 0;
        }

        private ByteBuf memory(int bytes) {
            if (memory != null && memory.capacity() != bytes) {
                letGo();
            }
            if (memory == null) {
                memory = BLOCKS.directBuffer(bytes, bytes);
                usedBytes = 0;
            }
            return memory;
        }

        private void letGo() {
            memory.release();
            memory = null;
        }
    }

    private final class Batch extends MaxMessageHandle {
        private Block block;
        private int reads;
        /** Whether the last answer was that there may be more. */
        private boolean goesOn;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            reads = 0;
            goesOn = false;
            if (reading != Reading.QUEUED) {
                block = OF_EVENT_LOOP.get();
                block.restart();
            }
        }

        @Override
        public int guess() {
            return MAX_DATAGRAM_BYTES;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return switch (reading) {
                case ONE_BY_ONE -> block.again();
                case COLLECTED -> block.next();
                case QUEUED -> super.allocate(allocator);
            };
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (bytes > 0) {
                reads++;
                if (reading == Reading.COLLECTED) {
                    block.used(bytes);
                }
            }
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            goesOn = reads < MAX_READS && totalBytesRead() < MAX_BYTES && super.continueReading(maybeMoreData)
                    && !(trusted > 0 && isAlone());
            return goesOn;
        }

        /** Whether one short datagram is all that has come until now. */
        private boolean isAlone() {
            return reads == 1 && totalBytesRead() <= SHORT_BYTES;
        }

        @Override
        public void readComplete() {
            if (!isAlone()) {
                trusted = 0;
            } else if (trusted > 0) {
                trusted--;
            } else if (goesOn && reading != Reading.QUEUED) {
                // the kernel was asked, and had no more
                trusted = TRUSTED_BATCHES;
            }
        }
    }
}
