/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What waits for the disk. Event loops append to one buffer while a thread of its own writes the other: neither grows
 * past its bound, and nobody but that thread ever waits for the disk. Who appends holds this object's monitor, from
 * {@link #room} to {@link #appended}.
 */
final class Spool {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(Spool.class);

    private static final int FIRST_BYTES = 64 * 1024;
    /** What is written at once; the class library keeps memory of that size outside of the heap for it. */
    private static final int SLICE_BYTES = 64 * 1024;
    private static final long CLOSE_MILLIS = 10_000;

    private final OutputStream out;
    private final String name;
    private final int boundBytes;
    private final Thread writer;
    private ByteBuf filling;
    private ByteBuf emptying;
    private boolean closing;
    private Throwable failure;

    /**
     * Begins to write.
     *
     * @param out where to; closed in the end
     * @param name what to call it in the log
     * @param boundBytes how many bytes may wait in either buffer
     * @param spareBytes how many more may for {@link #lastRoom}
     */
    Spool(OutputStream out, String name, int boundBytes, int spareBytes) {
        this.out = out;
        this.name = name;
        this.boundBytes = boundBytes;
        int maxBytes = boundBytes + spareBytes;
        filling = Unpooled.buffer(Math.min(FIRST_BYTES, maxBytes), maxBytes);
        emptying = Unpooled.buffer(Math.min(FIRST_BYTES, maxBytes), maxBytes);
        writer = new Thread(this::write, "culvert-pcap");
        writer.setDaemon(true);
        writer.start();
    }

    /** The buffer to append so many bytes to; {@code null} when too much waits already, or the disk has failed. */
    ByteBuf room(int bytes) {
        return isOpen() && failure == null && filling.writerIndex() + bytes <= boundBytes ? filling : null;
    }

    /** The buffer to append the very last bytes to, from what was spared for them; {@code null} if the disk failed. */
    ByteBuf lastRoom() {
        return failure == null ? filling : null;
    }

    /** Something was appended. */
    void appended() {
        notify();
    }

    /** Whether it has not been closed. */
    boolean isOpen() {
        return !closing;
    }

    /** Why nothing is written any more; {@code null} while all is well. */
    synchronized Throwable failure() {
        return failure;
    }

    /** Lets nobody append any more. */
    void end() {
        closing = true;
        notify();
    }

    /** Waits, after {@link #end} and without the monitor, until all is written, but not for ever. */
    void awaitWritten() {
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOGGER.warn("Capture {}: what is not written yet is given up", name);
            writer.interrupt();
        }
    }

    private void write() {
        try (out) {
            for (ByteBuf bytes = next(); bytes != null; bytes = next()) {
                while (bytes.isReadable()) {
                    bytes.readBytes(out, Math.min(SLICE_BYTES, bytes.readableBytes()));
                }
                out.flush();
                bytes.clear();
            }
        } catch (IOException | RuntimeException | InterruptedException e) {
            fail(e);
        }
    }

    /** What was appended since; waits for it. {@code null} at the end. */
    private synchronized ByteBuf next() throws InterruptedException {
        while (!filling.isReadable() && !closing) {
            wait();
        }
        if (!filling.isReadable()) {
            return null;
        }
        ByteBuf full = filling;
        filling = emptying;
        emptying = full;
        return full;
    }

    private synchronized void fail(Throwable cause) {
        failure = cause;
        filling = Unpooled.EMPTY_BUFFER;
        emptying = Unpooled.EMPTY_BUFFER;
        LOGGER.warn("Capture {}: nothing more is written: {}", name, cause.toString());
    }
}
