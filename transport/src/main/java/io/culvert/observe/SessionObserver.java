/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.Segment;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;

/**
 * Watches sessions, for captures, ladders and tests. Set with {@code CulvertChannelOption.SESSION_OBSERVER}.
 *
 * <p>Every method is called on the session's event loop while a segment is being processed: it must return quickly and
 * must not call the channel. A server's sessions are on all event loops of its group: their observer is called by
 * several threads at once. What it throws is logged once and dropped. The {@link Segment} is valid during
 * the call alone. {@code nowNanos} is the event loop's clock, {@code eventLoop().ticker().nanoTime()}.
 */
public interface SessionObserver {
    /** A segment is on its way to the socket. */
    default void segmentSent(SessionView session, Segment segment, boolean retransmission, long nowNanos) {
    }

    /** A well-formed segment for this session arrived; called before it is processed. */
    default void segmentReceived(SessionView session, Segment segment, long nowNanos) {
    }

    /** The session went from one state to another ({@code from} may equal {@code to} in TIME-WAIT). */
    default void stateChanged(SessionView session, ConnectionState from, ConnectionState to, ConnectionEvent event,
            long nowNanos) {
    }

    /** An observer that tells this one first and then another, whatever this one throws. */
    default SessionObserver andThen(SessionObserver next) {
        return new ObserverPair(this, next);
    }
}
