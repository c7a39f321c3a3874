/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.session.ReceiveQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;

/**
 * From the receive queue to {@code channelRead}: Netty's read loop. Nothing is read without demand, so a queue that the
 * application does not empty closes the window.
 */
final class SessionReader {
    /** So many are read at once by default. */
    private static final int MAX_READY_BUFFERS = 16;

    private final CulvertChannel channel;
    private boolean pending;
    private boolean reading;
    private boolean scheduled;
    private volatile boolean shutdown;
    private boolean endTold;

    SessionReader(CulvertChannel channel) {
        this.channel = channel;
    }

    /** The pipeline wants to read; remembered when there is nothing yet, or no session. */
    void begin() {
        pending = true;
        readLater();
    }

    /** What is in the queue already is read by a task of its own, so that reads do not nest. */
    private void readLater() {
        if (!reading && !scheduled && channel.isActive() && channel.session().receiveQueue.bytes() > 0) {
            scheduled = true;
            channel.eventLoop().execute(() -> {
                scheduled = false;
                channel.wake();
            });
        }
    }

    void clearPending() {
        pending = false;
    }

    boolean isShutdown() {
        return shutdown;
    }

    /** The application reads no more. */
    void shutdown() {
        shutdown = true;
        endTold = true;
        channel.session().discardInput();
        // a window that unread bytes had closed opens
        channel.carried().afterRead();
        channel.wake();
    }

    /** A buffer for bytes that are about to come: what the read handle would give once they are here. */
    ByteBuf newBuffer(int leastBytes) {
        if (!pending || shutdown || !channel.isActive()
                || channel.session().receiveQueue.readyBuffers() >= MAX_READY_BUFFERS) {
            return null;
        }
        ByteBuf buffer = null;
        try {
            var handle = channel.unsafe().recvBufAllocHandle();
            if (handle.guess() < leastBytes) {
                return null;
            }
            buffer = handle.allocate(channel.config().getAllocator());
            if (buffer.writableBytes() >= leastBytes) {
                return buffer;
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // it is asked again when there is something to be read, and its failure told then
            return null;
        }
        buffer.release();
        return null;
    }

    /** Delivers what demand allows, then the end of the input when everything before it is delivered. */
    void deliver() {
        if (reading || shutdown || !channel.isActive()) {
            return;
        }
        ReceiveQueue queue = channel.session().receiveQueue;
        if (pending && queue.bytes() > 0) {
            read(queue);
        }
        queue.settle(channel.session().allocator);
        if (channel.isActive() && queue.bytes() == 0 && channel.session().inbox.isInputEnd()) {
            tellEnd();
        }
    }

    /** Delivers everything that came before a failure, for as long as the application asks for more. */
    void deliverBeforeFailure() {
        int left = channel.session().receiveQueue.bytes();
        int before = left + 1;
        while (pending && left > 0 && left < before) {
            before = left;
            deliver();
            left = channel.session().receiveQueue.bytes();
        }
    }

    private void read(ReceiveQueue queue) {
        var handle = channel.unsafe().recvBufAllocHandle();
        handle.reset(channel.config());
        Throwable failure = null;
        reading = true;
        try {
            do {
                ByteBuf buffer = next(queue, handle);
                if (buffer == null) {
                    break;
                }
                handle.incMessagesRead(1);
                pending = false;
                channel.pipeline().fireChannelRead(buffer);
                // user code has run: it may have closed, switched autoRead or shut the input down
            } while (channel.isActive() && !shutdown && handle.continueReading());
        } catch (Throwable t) {
            failure = t;
        } finally {
            reading = false;
        }
        if (channel.isActive()) {
            channel.carried().afterRead();
        }
        handle.readComplete();
        channel.pipeline().fireChannelReadComplete();
        if (failure != null) {
            channel.pipeline().fireExceptionCaught(failure);
            if (failure instanceof OutOfMemoryError) {
                channel.unsafe().close(channel.unsafe().voidPromise());
            }
        } else if (pending) {
            // asked for while this loop ran
            readLater();
        }
    }

    /** The next bytes in a buffer, {@code null} when there are none. */
    @SuppressWarnings("deprecation")
    private ByteBuf next(ReceiveQueue queue, RecvByteBufAllocator.Handle handle) {
        ByteBuf ready = queue.pollReady();
        if (ready != null) {
            handle.attemptedBytesRead(ready.readableBytes() + ready.writableBytes());
            handle.lastBytesRead(ready.readableBytes());
            return ready;
        }
        ByteBuf buffer = handle.allocate(channel.config().getAllocator());
        boolean filled = false;
        try {
            handle.attemptedBytesRead(buffer.writableBytes());
            queue.readTo(buffer);
            handle.lastBytesRead(buffer.readableBytes());
            filled = buffer.isReadable();
            return filled ? buffer : null;
        } finally {
            if (!filled) {
                buffer.release();
            }
        }
    }

    private void tellEnd() {
        if (endTold) {
            return;
        }
        endTold = true;
        if (channel.config().isAllowHalfClosure()) {
            shutdown = true;
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        } else {
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
    }
}
