/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.Segment;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;

/** Two observers as one. */
record ObserverPair(SessionObserver first, SessionObserver second) implements SessionObserver {
    @Override
    public void segmentSent(SessionView session, Segment segment, boolean retransmission, long nowNanos) {
        try {
            first.segmentSent(session, segment, retransmission, nowNanos);
        } finally {
            second.segmentSent(session, segment, retransmission, nowNanos);
        }
    }

    @Override
    public void segmentReceived(SessionView session, Segment segment, long nowNanos) {
        try {
            first.segmentReceived(session, segment, nowNanos);
        } finally {
            second.segmentReceived(session, segment, nowNanos);
        }
    }

    @Override
    public void stateChanged(SessionView session, ConnectionState from, ConnectionState to, ConnectionEvent event,
            long nowNanos) {
        try {
            first.stateChanged(session, from, to, event, nowNanos);
        } finally {
            second.stateChanged(session, from, to, event, nowNanos);
        }
    }
}
