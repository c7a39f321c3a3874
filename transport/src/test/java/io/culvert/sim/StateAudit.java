/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.observe.SessionObserver;
import io.culvert.observe.SessionView;
import io.culvert.session.Session;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.culvert.state.Transition;
import io.culvert.state.TransitionTable;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Watches every session of a run and compares its moves with the table of RFC 9293. */
final class StateAudit implements SessionObserver {
    private static final int MAX_FAULTS = 20;

    /** One move of a session. */
    record Move(ConnectionState from, ConnectionState to, ConnectionEvent event, int iss, long nanos) {
        @Override
        public String toString() {
            return Ladder.millis(nanos) + " " + from + " " + event + " -> " + to;
        }
    }

    /** The two addresses of a session, ours first. */
    record Endpoints(InetSocketAddress local, InetSocketAddress remote) {
    }

    private final Map<Endpoints, List<Move>> moves = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Set<SessionView> flights = Collections.newSetFromMap(new IdentityHashMap<>());

    @Override
    public void stateChanged(SessionView session, ConnectionState from, ConnectionState to, ConnectionEvent event,
            long nowNanos) {
        List<Move> before = moves.computeIfAbsent(
                new Endpoints(session.localAddress(), session.remoteAddress()), key -> new ArrayList<>());
        Move move = new Move(from, to, event, session.iss(), nowNanos);
        Transition cell = TransitionTable.RFC_9293.on(from, event);
        if (cell.ignored() || cell.to() != to) {
            faults.add("illegal move " + move);
        }
        ConnectionState expected = before.isEmpty() ? ConnectionState.CLOSED : before.get(before.size() - 1).to();
        if (from != expected) {
            faults.add("move " + move + " of a session in " + expected);
        }
        if (session.state() != to) {
            faults.add("told of " + move + " in " + session.state());
        }
        before.add(move);
        if (to == ConnectionState.CLOSED || to == ConnectionState.TIME_WAIT) {
            flights.remove(session);
        } else {
            flights.add(session);
        }
    }

    /** Looks at what every open session has in flight, while none of them is at work. */
    void checkFlights() {
        for (SessionView view : flights) {
            if (faults.size() < MAX_FAULTS && view instanceof Session session) {
                FlightAudit.check(session, fault -> faults.add(view.localAddress() + ": " + fault));
            }
        }
    }

    /** Every move between the two addresses, as the first of them saw it; of one session after the other. */
    List<Move> moves(InetSocketAddress local, InetSocketAddress remote) {
        return moves.getOrDefault(new Endpoints(local, remote), List.of());
    }

    /** What was wrong, with sessions that have not ended if all should have. */
    List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        moves.forEach((endpoints, list) -> {
            Move last = list.get(list.size() - 1);
            if (last.to() != ConnectionState.CLOSED) {
                all.add(endpoints + " ended with " + last);
            }
        });
        return all;
    }
}
