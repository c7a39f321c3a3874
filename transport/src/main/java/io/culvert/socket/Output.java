/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.Objects;

/**
 * Hands bytes to the channel, and waits while the channel has enough that its send buffer has not taken: what is
 * written and not yet sent stays bounded, however slow the peer.
 */
final class Output extends OutputStream {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final CulvertChannel channel;
    private final Loops loops;
    private final News news;
    /** This and what follows is guarded by the lock of the news: whether a thread writes, perhaps without the lock. */
    private boolean writing;
    private boolean shutdown;
    private boolean closed;
    private Throwable failure;

    Output(CulvertChannel channel, Loops loops) {
        this.channel = channel;
        this.loops = loops;
        news = loops.newNews();
    }

    /** The channel may be writable again. */
    void tell() {
        news.lockAndTell();
    }

    void fail(Throwable cause) {
        news.change(() -> failure = failure == null ? cause : failure);
    }

    @Override
    public void write(int data) throws IOException {
        write(new byte[] {(byte) data}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length == 0) {
            return;
        }
        loops.checkMayBlock("a write");
        begin();
        try {
            int written = 0;
            while (true) {
                int count = Math.min(length - written, CHUNK_BYTES);
                ByteBuf chunk = channel.alloc().directBuffer(count, count);
                chunk.writeBytes(from, offset + written, count);
                channel.writeAndFlush(chunk);
                written += count;
                if (written == length) {
                    return;
                }
                awaitRoom();
            }
        } finally {
            end();
        }
    }

    /** Waits for its turn, and for room. */
    private void begin() throws IOException {
        news.lock();
        try {
            news.await(() -> !writing && (isOver() || channel.isWritable()), 0);
            check();
            writing = true;
        } finally {
            news.unlock();
        }
    }

    private void awaitRoom() throws IOException {
        news.lock();
        try {
            news.await(() -> isOver() || channel.isWritable(), 0);
            check();
        } finally {
            news.unlock();
        }
    }

    private void end() {
        news.change(() -> writing = false);
    }

    private boolean isOver() {
        return closed || shutdown || failure != null;
    }

    private void check() throws SocketException {
        if (closed) {
            throw SocketFailure.closed();
        }
        if (shutdown) {
            throw new SocketException("Socket output is shutdown");
        }
        if (failure != null) {
            throw SocketFailure.ofStream(failure);
        }
    }

    /** What is written so far goes, and nothing after it. */
    void shutdown() {
        news.change(() -> shutdown = true);
    }

    /** The socket is closed: who writes is told so. */
    @Override
    public void close() {
        news.change(() -> closed = true);
    }
}
