/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/** A way there and a way back. The first byte of each message says what it is. */
final class AeronStream implements Stream {
    static final byte CONTENT = 0;
    static final byte GREETING = 1;
    static final byte WELCOME = 2;
    static final byte FAREWELL = 3;

    private static final int MESSAGE_BYTES = 1 << 16;
    private static final int HIGH_WATER_BYTES = 1 << 20;
    private static final int LOW_WATER_BYTES = 1 << 19;
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final UnsafeBuffer FILLER = new UnsafeBuffer(new byte[MESSAGE_BYTES]);

    private final AeronLoop loop;
    private final AeronEndpoint endpoint;
    private final StreamHandler handler;
    private final ExclusivePublication publication;
    private final boolean client;
    private final long deadline = System.nanoTime() + CONNECT_NANOS;
    /** What is said before the stream is open, null when it was. */
    private UnsafeBuffer introduction;
    private boolean opened;
    private boolean received;
    private boolean writable = true;
    private boolean ending;
    private boolean over;
    private long pending;

    /** At the client. */
    AeronStream(AeronLoop loop, AeronEndpoint endpoint, String remote, StreamHandler handler) {
        this(loop, endpoint, remote, handler, true);
        introduction = new UnsafeBuffer(new byte[1 + endpoint.address().length()]);
        introduction.putByte(0, GREETING);
        introduction.putStringWithoutLengthAscii(1, endpoint.address());
        endpoint.await(publication.sessionId(), this);
    }

    /** At the server, for what the client sends in that session. */
    AeronStream(AeronLoop loop, AeronEndpoint endpoint, String remote, int session, StreamHandler handler) {
        this(loop, endpoint, remote, handler, false);
        introduction = new UnsafeBuffer(new byte[1 + Integer.BYTES]);
        introduction.putByte(0, WELCOME);
        introduction.putInt(1, session);
    }

    private AeronStream(AeronLoop loop, AeronEndpoint endpoint, String remote, StreamHandler handler, boolean client) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.handler = handler;
        this.client = client;
        publication = loop.aeron().addExclusivePublication("aeron:udp?endpoint=" + remote, AeronEndpoint.STREAM_ID);
    }

    /** The way back is there. */
    void welcome() {
        open();
    }

    private void open() {
        opened = true;
        handler.opened(this);
    }

    void read(byte kind, int length) {
        if (over) {
            return;
        }
        if (kind == CONTENT) {
            received = true;
            handler.received(this, length);
        } else if (kind == FAREWELL) {
            end(null);
        }
    }

    void readComplete() {
        if (!over && received) {
            received = false;
            handler.receivedAll(this);
        }
    }

    /** Does what is to be done. */
    int work() {
        if (over) {
            return 0;
        }
        if (introduction != null) {
            return introduce();
        }
        if (!opened) {
            if (System.nanoTime() - deadline > 0) {
                end(new IOException("no reply"));
            }
            return 0;
        }
        if (!publication.isConnected()) {
            end(new IOException("the peer is gone"));
            return 1;
        }
        int work = offer();
        if (!over && !writable && pending < LOW_WATER_BYTES) {
            writable = true;
            handler.writable(this);
            work++;
        }
        return work;
    }

    private int introduce() {
        if (publication.offer(introduction) > 0) {
            introduction = null;
            if (!client) {
                open();
            }
            return 1;
        }
        if (System.nanoTime() - deadline > 0) {
            end(new IOException("no connection"));
        }
        return 0;
    }

    /** Hands to Aeron what it takes. */
    private int offer() {
        int work = 0;
        while (pending > 0) {
            int length = (int) Math.min(pending, MESSAGE_BYTES);
            long result = publication.offer(FILLER, 0, length);
            if (result > 0) {
                pending -= length;
                work++;
            } else if (result == Publication.NOT_CONNECTED || result == Publication.CLOSED) {
                end(new IOException("the peer is gone"));
                return work;
            } else {
                return work;
            }
        }
        if (ending && publication.offer(new UnsafeBuffer(new byte[] {FAREWELL})) > 0) {
            end(null);
        }
        return work;
    }

    private void end(Throwable cause) {
        if (!over) {
            over = true;
            endpoint.forget(this);
            publication.close();
            handler.closed(opened ? this : null, cause);
        }
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void write(int bytes) {
        pending += bytes;
        if (pending >= HIGH_WATER_BYTES) {
            writable = false;
        }
    }

    @Override
    public void flush() {
        if (!over) {
            offer();
        }
    }

    @Override
    public boolean isWritable() {
        return writable && !over;
    }

    @Override
    public void close() {
        ending = true;
        flush();
    }

    @Override
    public void abort() {
        pending = 0;
        close();
        end(null);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }
}
