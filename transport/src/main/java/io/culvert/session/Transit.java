/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.Segment;
import java.net.InetSocketAddress;

/**
 * A segment on its way through the handlers, with the peer's address and the session it belongs to. A flyweight like
 * the {@link Segment} in it: one for each direction of a carrier, valid during the call.
 */
public final class Transit {
    private final Segment segment = new Segment();
    private InetSocketAddress peer;
    private Session session;
    private long nowNanos;

    /** The segment. */
    public Segment segment() {
        return segment;
    }

    /** Where the segment came from, or goes to. */
    public InetSocketAddress peer() {
        return peer;
    }

    /** The session it belongs to; {@code null} before the router has found it, or when there is none. */
    public Session session() {
        return session;
    }

    /** Sets the session. */
    public Transit session(Session session) {
        this.session = session;
        return this;
    }

    /** When the batch began, on the event loop's clock. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Readies the flyweight for a segment from or to a peer; the segment itself is filled separately. */
    public Transit with(InetSocketAddress peer, Session session, long nowNanos) {
        this.peer = peer;
        this.session = session;
        this.nowNanos = nowNanos;
        return this;
    }
}
