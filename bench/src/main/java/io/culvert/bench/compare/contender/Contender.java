/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * One side of a transport that is measured: streams of bytes, heard by handlers. A side is opened once and used for
 * many rounds, as a server or as a client. While it has no stream it uses no processor: no thread of it spins or ticks
 * fast, because others are measured meanwhile.
 */
public interface Contender extends AutoCloseable {
    /**
     * Starts to accept streams on a free port of every address, or of the loopback if it cannot do otherwise. May be
     * called again: each call is a port, and stays open until {@link #close()}.
     *
     * @param handlers makes the handler of each stream accepted
     * @return the port
     */
    int listen(Supplier<? extends StreamHandler> handlers) throws Exception;

    /**
     * Opens a connection with one stream. Returns at once or when it is open; what comes of it, the handler hears:
     * {@link StreamHandler#opened}, or {@link StreamHandler#closed} alone if it failed. May be called from any thread,
     * from handlers too. Two streams share nothing that a user of the transport would not share between two peers.
     */
    void connect(InetSocketAddress remote, StreamHandler handler) throws Exception;

    /** Ends everything; streams that are still open are cut off. */
    @Override
    void close() throws Exception;
}
