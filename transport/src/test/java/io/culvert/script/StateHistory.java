/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.observe.SessionObserver;
import io.culvert.observe.SessionView;
import io.culvert.segment.Segment;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every state that the session with each peer was in, kept when there is no channel and no session any more. */
final class StateHistory implements SessionObserver {
    private final Map<InetSocketAddress, List<ConnectionState>> states = new HashMap<>();
    private final SessionObserver next;

    StateHistory(SessionObserver next) {
        this.next = next;
    }

    List<ConnectionState> of(InetSocketAddress peer) {
        return states.getOrDefault(peer, List.of());
    }

    @Override
    public void stateChanged(SessionView session, ConnectionState from, ConnectionState to, ConnectionEvent event,
            long nowNanos) {
        if (from != to) {
            states.computeIfAbsent(session.remoteAddress(), peer -> new ArrayList<>()).add(to);
        }
        next.stateChanged(session, from, to, event, nowNanos);
    }

    @Override
    public void segmentSent(SessionView session, Segment segment, boolean retransmission, long nowNanos) {
        next.segmentSent(session, segment, retransmission, nowNanos);
    }

    @Override
    public void segmentReceived(SessionView session, Segment segment, long nowNanos) {
        next.segmentReceived(session, segment, nowNanos);
    }
}
