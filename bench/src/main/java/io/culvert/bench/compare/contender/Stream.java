/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

/**
 * A stream of bytes in both directions, the content of which matters to nobody. All but {@link #execute} is
 * called only from its handler and from tasks given to that, so never by two threads at once.
 */
public interface Stream {
    /**
     * Writes so many bytes of filler; they may wait for {@link #flush()}. They are taken in any case; who writes much
     * asks {@link #isWritable()} in between.
     */
    void write(int bytes);

    /** Sends what was written. */
    void flush();

    /** Whether more should be written now. When it becomes true again the handler hears of it. */
    boolean isWritable();

    /** Ends the stream in order and its connection with it, after what was flushed was sent. */
    void close();

    /** Ends the stream and its connection at once, whatever was not sent yet. */
    void abort();

    /** Runs a task where the handler runs, soon. From any thread. */
    void execute(Runnable task);
}
