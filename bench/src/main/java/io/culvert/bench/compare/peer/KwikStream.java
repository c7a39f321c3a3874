/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;

/**
 * The one stream of a kwik connection: one thread reads, and another writes whatever is more than a message. The
 * handler is called by both, under a lock. The peer learns of the stream by its first byte, so the client sends one at
 * once.
 */
final class KwikStream implements Stream {
    private static final int READ_BYTES = 1 << 16;
    private static final int WRITE_BYTES = 1 << 14;
    /** So much is written without another thread. */
    private static final int MESSAGE_BYTES = 1 << 12;
    private static final int HIGH_WATER_BYTES = 1 << 20;
    private static final int LOW_WATER_BYTES = 1 << 19;
    private static final byte[] FILLER = new byte[WRITE_BYTES];

    private final QuicConnection connection;
    private final InputStream input;
    private final OutputStream output;
    private final boolean client;
    private final StreamHandler handler;
    private final Executor threads;
    private int pending;
    private boolean hasWriter;
    private boolean writable = true;
    /** Whether something was written that nothing has come after, so that the peer may not have it yet. */
    private boolean unanswered;
    private boolean ending;
    private boolean closed;

    KwikStream(QuicConnection connection, QuicStream stream, boolean client, StreamHandler handler, Executor threads) {
        this.connection = connection;
        this.input = stream.getInputStream();
        this.output = stream.getOutputStream();
        this.client = client;
        this.handler = handler;
        this.threads = threads;
    }

    void start() {
        threads.execute(this::run);
    }

    private void run() {
        try {
            if (client) {
                output.write(FILLER, 0, 1);
            } else if (input.read() < 0) {
                throw new IOException("an empty stream");
            }
            synchronized (this) {
                handler.opened(this);
            }
            byte[] buffer = new byte[READ_BYTES];
            for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                received(length);
            }
            end(null);
        } catch (IOException e) {
            end(e);
        }
    }

    private synchronized void received(int length) {
        if (!closed) {
            unanswered = false;
            handler.received(this, length);
            if (!closed) {
                handler.receivedAll(this);
            }
        }
    }

    /** The peer has ended its side, or the connection; so ends this side. */
    private synchronized void end(Throwable cause) {
        if (!closed) {
            closed = true;
            notifyAll();
            if (client) {
                connection.close();
            } else {
                closeOutput();
            }
            handler.closed(this, cause);
        }
    }

    private void closeOutput() {
        try {
            output.close();
        } catch (IOException e) {
            connection.close();
        }
    }

    @Override
    public void write(int bytes) {
        pending += bytes;
        unanswered = true;
        if (pending >= HIGH_WATER_BYTES) {
            writable = false;
        }
    }

    @Override
    public void flush() {
        if (closed || pending == 0) {
            return;
        }
        if (hasWriter) {
            notifyAll();
        } else if (pending <= MESSAGE_BYTES) {
            int length = pending;
            pending = 0;
            try {
                output.write(FILLER, 0, length);
            } catch (IOException e) {
                end(e);
            }
        } else {
            hasWriter = true;
            threads.execute(this::write);
        }
    }

    private void write() {
        try {
            for (int length = next(); length > 0; length = next()) {
                output.write(FILLER, 0, length);
            }
        } catch (IOException e) {
            end(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(e);
        }
    }

    /** Waits until there is something to write and says how much; 0 if there will be nothing more. */
    private synchronized int next() throws InterruptedException {
        if (!writable && !closed && pending < LOW_WATER_BYTES) {
            writable = true;
            handler.writable(this);
        }
        while (pending == 0 && !ending && !closed) {
            wait();
        }
        if (closed) {
            return 0;
        }
        int length = Math.min(pending, WRITE_BYTES);
        pending -= length;
        if (length == 0) {
            closeOutput();
        }
        return length;
    }

    @Override
    public boolean isWritable() {
        return writable && !closed;
    }

    /** Ends the connection, or the stream alone if the peer may lack something: it ends its side when it has all. */
    @Override
    public void close() {
        if (closed || ending) {
            return;
        }
        ending = true;
        if (hasWriter) {
            notifyAll();
        } else if (unanswered) {
            closeOutput();
        } else {
            abort();
        }
    }

    @Override
    public void abort() {
        if (!closed) {
            closed = true;
            notifyAll();
            connection.close();
            handler.closed(this, null);
        }
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(() -> {
            synchronized (this) {
                task.run();
            }
        });
    }
}
