/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/**
 * What the channel has received and nobody has read yet. The event loop adds to it until it holds as much as a reader
 * may want next; more stays in the session, whose window closes then. What is here is read whatever happens to the
 * session afterwards, as from a socket of the kernel.
 */
final class Input extends InputStream {
    private static final int MAX_BYTES = 128 * 1024;
    private static final int MAX_BUFFERS = 128;

    private final CulvertChannel channel;
    private final Loops loops;
    private final News news;
    /** This and what follows is guarded by the lock of the news. */
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    private int bytes;
    /** Whether a thread copies from the first buffer, without the lock. */
    private boolean reading;
    private boolean paused;
    private boolean ended;
    private boolean endRead;
    private boolean shutdown;
    private boolean closed;
    private boolean leftUnread;
    private Throwable failure;
    private volatile int timeoutMillis;

    Input(CulvertChannel channel, Loops loops) {
        this.channel = channel;
        this.loops = loops;
        news = loops.newNews();
    }

    void timeoutMillis(int millis) {
        timeoutMillis = millis;
    }

    // ---- the event loop's side ----------------------------------------------------------------------------------

    /** Takes a buffer over. Who waits is told of it when the batch is complete. */
    void add(ByteBuf buffer) {
        news.lock();
        try {
            if (closed || shutdown) {
                leftUnread |= closed;
                buffer.release();
                return;
            }
            buffers.add(buffer);
            bytes += buffer.readableBytes();
            if (!paused && (bytes >= MAX_BYTES || buffers.size() >= MAX_BUFFERS)) {
                paused = true;
                channel.config().setAutoRead(false);
            }
        } finally {
            news.unlock();
        }
    }

    void tell() {
        news.lockAndTell();
    }

    /** The peer's FIN, behind everything added. */
    void end() {
        news.change(() -> ended = true);
    }

    void fail(Throwable cause) {
        news.change(() -> failure = failure == null ? cause : failure);
    }

    // ---- the reader's side --------------------------------------------------------------------------------------

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        loops.checkMayBlock("a read");
        ByteBuf buffer = awaitFirst();
        int count = 0;
        while (buffer != null) {
            int part = Math.min(length - count, buffer.readableBytes());
            buffer.readBytes(to, offset + count, part);
            count += part;
            buffer = next(part, count < length);
        }
        return count == 0 ? -1 : count;
    }

    /** Waits for bytes and has them for this thread alone; {@code null} at the end. */
    private ByteBuf awaitFirst() throws IOException {
        news.lock();
        try {
            if (!news.await(() -> !reading && isDecided(), timeoutMillis)) {
                throw new SocketTimeoutException("Read timed out");
            }
            if (endRead) {
                return null;
            }
            if (closed) {
                throw SocketFailure.closed();
            }
            if (buffers.isEmpty()) {
                // an end or a failure comes after the bytes before it
                if (!ended && !shutdown) {
                    throw SocketFailure.ofStream(failure);
                }
                endRead = true;
                return null;
            }
            reading = true;
            return buffers.peek();
        } finally {
            news.unlock();
        }
    }

    private boolean isDecided() {
        return !buffers.isEmpty() || ended || shutdown || closed || failure != null;
    }

    /** So much of the first buffer is read; the next if there is one, and it is wanted. */
    private ByteBuf next(int count, boolean more) {
        news.lock();
        try {
            bytes -= count;
            if (!buffers.peek().isReadable()) {
                buffers.poll().release();
            }
            if (closed || shutdown) {
                releaseAll();
            } else if (more && !buffers.isEmpty()) {
                return buffers.peek();
            }
            reading = false;
            resume();
            news.tell();
            return null;
        } finally {
            news.unlock();
        }
    }

    /** Has the event loop go on once half is read. */
    private void resume() {
        if (paused && bytes <= MAX_BYTES / 2 && buffers.size() <= MAX_BUFFERS / 2) {
            paused = false;
            try {
                channel.config().setAutoRead(true);
            } catch (RejectedExecutionException e) {
                // its event loop has ended, and the channel with it: there is nothing more to come
                return;
            }
        }
    }

    private void releaseAll() {
        leftUnread |= bytes > 0 && closed;
        bytes = 0;
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }

    @Override
    public int available() throws IOException {
        news.lock();
        try {
            if (closed) {
                throw SocketFailure.closed();
            }
            return bytes;
        } finally {
            news.unlock();
        }
    }

    /** What is here is dropped; every read is at the end. */
    void shutdown() {
        news.change(() -> {
            shutdown = true;
            drop();
        });
    }

    /** The socket is closed: who reads is told so. */
    @Override
    public void close() {
        news.change(() -> {
            closed = true;
            drop();
        });
    }

    private void drop() {
        if (!reading) {
            releaseAll();
        }
    }

    /** Whether bytes came that a reader could have had, and that the close has dropped. */
    boolean hasLeftUnread() {
        news.lock();
        try {
            return leftUnread || closed && bytes > 0;
        } finally {
            news.unlock();
        }
    }
}
