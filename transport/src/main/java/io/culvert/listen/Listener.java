/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import io.culvert.session.AcceptQueue;
import io.culvert.state.ConnectionState;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounds of a listening port: half-open sessions, and established ones that the application has not accepted
 * (SO_BACKLOG bounds each of the two). Past the first bound SYN cookies answer. Shared by the event loops that serve
 * the port: each may be one session late in hearing of the others'.
 */
public final class Listener implements AcceptQueue {
    private final int backlog;
    private final SynCookies cookies;
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final AtomicInteger unaccepted = new AtomicInteger();

    /**
     * A listener.
     *
     * @param backlog SO_BACKLOG, at least 1
     */
    public Listener(int backlog, EndpointKeys keys) {
        this.backlog = backlog;
        cookies = new SynCookies(keys);
    }

    /** SO_BACKLOG, the bound of each of the two. */
    public int backlog() {
        return backlog;
    }

    /** The endpoint's cookies. */
    public SynCookies cookies() {
        return cookies;
    }

    /** Whether one more half-open session may be held. */
    public boolean hasRoomForHalfOpen() {
        return halfOpen.get() < backlog;
    }

    @Override
    public boolean hasRoom() {
        return unaccepted.get() < backlog;
    }

    /** Keeps the books as a session that a connection request made moves on. */
    public void moved(ConnectionState from, ConnectionState to) {
        if (to == ConnectionState.SYN_RECEIVED) {
            halfOpen.incrementAndGet();
        } else if (from == ConnectionState.SYN_RECEIVED) {
            halfOpen.decrementAndGet();
        }
        if (to == ConnectionState.ESTABLISHED) {
            unaccepted.incrementAndGet();
        }
    }

    /** A session has been accepted, or has gone before. */
    public void accepted() {
        unaccepted.decrementAndGet();
    }

    /** Half-open sessions now. */
    public int halfOpen() {
        return halfOpen.get();
    }

    /** Established sessions that wait to be accepted. */
    public int unaccepted() {
        return unaccepted.get();
    }
}
