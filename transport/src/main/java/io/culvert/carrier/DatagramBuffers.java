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
 * What datagrams are received in, and how many make a batch. The road copies what it keeps, so that one block of memory
 * serves all channels of an event loop, whose batches come one after the other: where each datagram is handled before
 * the next is read, each lies at its beginning, and where a batch is collected first, one lies behind the other.
 */
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** No datagram is larger, nor a train that the kernel has put together. */
    static final int MAX_DATAGRAM_BYTES = 65536;

    /** Datagrams, or trains, read before their sessions deliver and answer. */
    static final int MAX_READS = 64;
    /** So many bytes, which trains bring with few reads, are worth an answer: a quarter of a fast path's window. */
    static final int MAX_BYTES = 256 * 1024;
    /** What else counts in trains of tiny segments, which take their time one by one. */
    private static final int MAX_DATAGRAMS = 512;

    /** A datagram of no more bytes may be a message by itself, or an acknowledgment; bulk comes in larger ones. */
    private static final int SHORT_BYTES = 2048;
    /**
     * After a short datagram that came alone so many batches end with their first, if that is short too: to ask the
     * kernel whether there is another costs as much as to be told, and delays the answer.
     */
    private static final int TRUSTED_BATCHES = 7;

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
        return new ReadLoop();
    }

    /** A read loop of the channel, a batch. */
    private final class ReadLoop extends MaxMessageHandle {
        private DatagramBlock block;
        private int reads;
        /** Whether the last answer was that there may be more. */
        private boolean goesOn;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            reads = 0;
            goesOn = false;
            if (reading != Reading.QUEUED) {
                block = DatagramBlock.ofEventLoop();
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
