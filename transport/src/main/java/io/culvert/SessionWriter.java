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
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelOutputShutdownException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.TimeUnit;

/**
 * From the channel's outbound buffer to the send queue, as far as the send buffer has room; the rest waits in the
 * outbound buffer, so that writability is exact.
 */
final class SessionWriter {
    private static final int FILE_CHUNK_BYTES = 64 * 1024;
    /** So few bytes are copied in less time than it takes to keep a buffer. */
    private static final int SMALL_BYTES = 1024;

    private final CulvertChannel channel;
    private volatile ChannelPromise shutdownPromise;
    private volatile boolean finished;
    /** Whether the outbound buffer may hold what the send queue has taken already. */
    private boolean ahead;
    private boolean telling;
    /** A buffer of which a part is kept by reference already: the references to it are ours. */
    private ByteBuf exclusiveRest;
    private Exception failure;

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
    void write(ChannelOutboundBuffer in) throws Exception {
        if (failure != null) {
            throw failure;
        }
        Session session = channel.session();
        if ((ahead || channel.carried().isSentInline()) && !telling) {
            takeAhead(session, in);
        } else {
            takeAndTell(session, in);
        }
        if (channel.isActive()) {
            channel.flushSession();
        }
    }

    private void takeAndTell(Session session, ChannelOutboundBuffer in) throws IOException {
        while (isTaking(session)) {
            Object message = in.current();
            if (message == null) {
                break;
            }
            long taken = isTaken(message) ? 0 : take(session, message);
            if (taken > 0) {
                in.progress(taken);
            }
            if (isTaken(message)) {
                in.remove();
            } else if (taken == 0) {
                break;
            }
        }
    }

    /** A session that a reset has just ended takes nothing: what it took would never be released. */
    private boolean isTaking(Session session) {
        return channel.isActive() && session.state() != ConnectionState.CLOSED;
    }

    /**
     * While user code may block the thread: the bytes leave now, but their promises are told once the socket has been
     * read, for the peer may have reset the session long ago.
     */
    private void takeAhead(Session session, ChannelOutboundBuffer in) throws Exception {
        in.forEachFlushedMessage(message -> {
            while (isTaking(session) && !isTaken(message) && take(session, message) > 0) {
                ahead = true;
            }
            return isTaken(message);
        });
        if (ahead) {
            tellLater();
        }
    }

    /** Tasks run between two readings of the socket; what a task schedules runs after the next. */
    private void tellLater() {
        channel.carried().readToTheEnd();
        EventLoop loop = channel.eventLoop();
        loop.schedule(() -> loop.schedule(this::tell, 0, TimeUnit.NANOSECONDS), 0, TimeUnit.NANOSECONDS);
    }

    /** Completes the promises of what the send queue has taken ahead. */
    void tell() {
        if (!ahead || !channel.isActive()) {
            return;
        }
        ahead = false;
        telling = true;
        try {
            channel.flushTaken();
        } finally {
            telling = false;
        }
        proceedWithShutdown();
    }

    /** The session has failed: so does what was flushed and not told, and the output is shut down. */
    void fail(Exception cause) {
        failure = cause;
        channel.flushTaken();
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

    private static boolean isTaken(Object message) {
        return message instanceof ByteBuf buffer ? !buffer.isReadable()
                : ((FileRegion) message).transferred() >= ((FileRegion) message).count();
    }

    /** Takes of a message what there is room for, and answers how many bytes that were. */
    private long take(Session session, Object message) throws IOException {
        int room = session.sendBufferFree();
        if (room == 0) {
            return 0;
        }
        if (message instanceof ByteBuf buffer) {
            int count = Math.min(room, buffer.readableBytes());
            if (buffer.readableBytes() <= SMALL_BYTES && buffer != exclusiveRest) {
                session.sendQueue.appendCopy(buffer, count, channel.alloc());
            } else {
                session.sendQueue.append(take(buffer, count));
            }
            return count;
        }
        return take(session, (FileRegion) message, room);
    }

    private ByteBuf take(ByteBuf buffer, int count) {
        boolean exclusive = buffer == exclusiveRest || Ownership.isExclusive(buffer);
        if (!exclusive) {
            return channel.alloc().directBuffer(count, count).writeBytes(buffer, count);
        }
        exclusiveRest = count < buffer.readableBytes() ? buffer : null;
        return buffer.readRetainedSlice(count);
    }

    private long take(Session session, FileRegion region, int room) throws IOException {
        ByteBuf chunk = channel.alloc().directBuffer(Math.min(room, FILE_CHUNK_BYTES));
        try {
            long count = region.transferTo(new BufferSink(chunk), region.transferred());
            if (count <= 0) {
                throw new EOFException("the file ended at " + region.transferred() + " of " + region.count());
            }
            session.sendQueue.append(chunk.retain());
            return count;
        } finally {
            chunk.release();
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
    void closed() {
        if (shutdownPromise != null && !shutdownPromise.isDone()) {
            shutdownPromise.tryFailure(new ClosedChannelException());
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
