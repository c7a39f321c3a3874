/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.Segment;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** Keeps what an observer throws away from the segment that is being processed: it is logged, once. */
public final class GuardedObserver implements SessionObserver {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(GuardedObserver.class);

    private final SessionObserver observer;
    private final AtomicBoolean warned = new AtomicBoolean();

    /** Guards an observer of the user's. */
    public GuardedObserver(SessionObserver observer) {
        this.observer = observer;
    }

    /** The user's observer behind a guard, or the argument when it has none. */
    public static SessionObserver unguarded(SessionObserver observer) {
        return observer instanceof GuardedObserver guarded ? guarded.observer : observer;
    }

    @Override
    public void segmentSent(SessionView session, Segment segment, boolean retransmission, long nowNanos) {
        try {
            observer.segmentSent(session, segment, retransmission, nowNanos);
        } catch (Throwable t) {
            warn(t);
        }
    }

    @Override
    public void segmentReceived(SessionView session, Segment segment, long nowNanos) {
        try {
            observer.segmentReceived(session, segment, nowNanos);
        } catch (Throwable t) {
            warn(t);
        }
    }

    @Override
    public void stateChanged(SessionView session, ConnectionState from, ConnectionState to, ConnectionEvent event,
            long nowNanos) {
        try {
            observer.stateChanged(session, from, to, event, nowNanos);
        } catch (Throwable t) {
            warn(t);
        }
    }

    private void warn(Throwable thrown) {
        if (warned.compareAndSet(false, true)) {
            LOGGER.warn("{} threw; what it throws further is dropped", observer, thrown);
        }
    }
}
