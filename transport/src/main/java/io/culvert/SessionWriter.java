/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.session.Session;
import io.culvert.state.ConnectionState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelOutputShutdownException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * From the channel's outbound buffer to the send queue, as far as the send buffer has room; the rest waits in the
 * outbound buffer, so that writability is exact.
 */
final class SessionWriter {
    private static final int FILE_CHUNK_BYTES = 64 * 1024;

    private final CulvertChannel channel;
    private volatile ChannelPromise shutdownPromise;
    private volatile boolean finished;

    SessionWriter(CulvertChannel channel) {
        this.channel = channel;
    }

    /** Whether the output is shut down, or will be once the send buffer has taken what is flushed. */
    boolean isShutdown() {
        return finished || shutdownPromise != null;
    }

    void finished() {
        finished = true;
    }

    /** Takes what is flushed, while there is room and the channel stays open. */
    void write(ChannelOutboundBuffer in) throws IOException {
        Session session = channel.session();
        // a session that a reset has just ended takes nothing: what it took would never be released
        while (channel.isActive() && session.state() != ConnectionState.CLOSED) {
            Object message = in.current();
            if (message == null) {
                break;
            }
            int room = session.sendBufferFree();
            if (room == 0 && !isEmpty(message)) {
                break;
            }
            if (message instanceof ByteBuf buffer) {
                take(session, in, buffer, room);
            } else {
                take(session, in, (FileRegion) message, room);
            }
        }
        if (channel.isActive()) {
            channel.flushSession();
        }
    }

    /** The peer has acknowledged something: goes on with what waits for room, once there is room worth it. */
    void resume() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer != null && buffer.current() != null && channel.carried().makeRoom()) {
            channel.flushTaken();
        }
        proceedWithShutdown();
    }

    /** Bytes flushed that the send buffer has not taken yet. */
    long waitingBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        long[] bytes = {0};
        if (buffer != null) {
            try {
                buffer.forEachFlushedMessage(message -> {
                    bytes[0] += message instanceof ByteBuf waiting ? waiting.readableBytes()
                            : ((FileRegion) message).count() - ((FileRegion) message).transferred();
                    return true;
                });
            } catch (Exception e) {
                throw new IllegalStateException("the processor throws nothing", e);
            }
        }
        return bytes[0];
    }

    private static boolean isEmpty(Object message) {
        return message instanceof ByteBuf buffer && !buffer.isReadable();
    }

    private static void take(Session session, ChannelOutboundBuffer in, ByteBuf buffer, int room) {
        int count = Math.min(room, buffer.readableBytes());
        if (count > 0) {
            session.sendQueue.append(buffer.readRetainedSlice(count));
            in.progress(count);
        }
        if (!buffer.isReadable()) {
            in.remove();
        }
    }

    private void take(Session session, ChannelOutboundBuffer in, FileRegion region, int room) throws IOException {
        if (region.transferred() < region.count()) {
            ByteBuf chunk = channel.alloc().directBuffer(Math.min(room, FILE_CHUNK_BYTES));
            try {
                long count = region.transferTo(new BufferSink(chunk), region.transferred());
                if (count <= 0) {
                    throw new EOFException("the file ended at " + region.transferred() + " of " + region.count());
                }
                session.sendQueue.append(chunk.retain());
                in.progress(count);
            } finally {
                chunk.release();
            }
        }
        if (region.transferred() >= region.count()) {
            in.remove();
        }
    }

    /** The FIN follows everything flushed: Netty's own shutdown would fail what the send buffer has not taken. */
    void shutdown(ChannelPromise promise) {
        if (isShutdown()) {
            followShutdown(promise);
            return;
        }
        if (!promise.setUncancellable()) {
            return;
        }
        shutdownPromise = promise;
        proceedWithShutdown();
    }

    /** A second shutdown ends as the first does. */
    private void followShutdown(ChannelPromise promise) {
        if (shutdownPromise == null) {
            promise.trySuccess();
            return;
        }
        shutdownPromise.addListener(future -> {
            if (future.isSuccess()) {
                promise.trySuccess();
            } else {
                promise.tryFailure(future.cause());
            }
        });
    }

    /** The channel is closed: a shutdown that still waits for room comes to nothing. */
    void closed(ClosedChannelException cause) {
        if (shutdownPromise != null) {
            shutdownPromise.tryFailure(cause);
        }
    }

    /** Goes on with a shutdown that had to wait for room in the send buffer. */
    private void proceedWithShutdown() {
        if (shutdownPromise == null || finished) {
            return;
        }
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.current() == null) {
            channel.shutdownOutputNow(shutdownPromise);
        }
    }

    /** Refuses what is written after the output was shut down. */
    void check() throws ChannelOutputShutdownException {
        if (isShutdown()) {
            throw new ChannelOutputShutdownException("Channel output shutdown");
        }
    }

    /** A buffer that takes what it has room for. */
    private record BufferSink(ByteBuf buffer) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(source.remaining(), buffer.writableBytes());
            ByteBuffer part = source.duplicate().limit(source.position() + count);
            buffer.writeBytes(part);
            source.position(source.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
