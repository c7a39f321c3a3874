/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

/** Hears what happens to one stream, one call at a time, on the transport's own thread where it has one. */
public interface StreamHandler {
    /** The stream can be written to. Comes first, if the stream opens at all. */
    void opened(Stream stream);

    /** So many bytes came and were read. Reading goes on by itself. */
    void received(Stream stream, int bytes);

    /** What came in one go is over: replies should be flushed now. Comes after one or more {@link #received}. */
    void receivedAll(Stream stream);

    /** {@link Stream#isWritable()} has become true. */
    void writable(Stream stream);

    /**
     * The stream is over, in order or not, or never opened. Comes once, and last.
     *
     * @param stream the stream, null if it never opened
     * @param cause why, null if the peer or this side ended it in order
     */
    void closed(Stream stream, Throwable cause);
}
