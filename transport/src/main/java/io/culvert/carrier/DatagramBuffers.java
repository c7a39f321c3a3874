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
 * Between batches there is none.
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

    private final boolean reused;

    /**
     * For a channel.
     *
     * @param reused whether it reads one by one, and always says when it is done: io_uring does not
     */
    DatagramBuffers(boolean reused) {
        super(MAX_DATAGRAMS);
        this.reused = reused;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return new Batch();
    }

    private final class Batch extends MaxMessageHandle {
        private ByteBuf buffer;
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
            if (!reused) {
                return super.allocate(allocator);
            }
            if (buffer != null && buffer.refCnt() > 1) {
                letGo();
            }
            if (buffer == null) {
                buffer = super.allocate(allocator);
            }
            return buffer.clear().retain();
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
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
