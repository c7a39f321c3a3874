/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import java.util.List;

/** One cell of the table: what an event does in a state. Immutable. */
public final class Transition {
    private final ConnectionState from;
    private final ConnectionEvent event;
    private final ConnectionState to;
    private final boolean ignored;
    private final List<ConnectionAction> actions;
    private final int actionBits;

    private Transition(ConnectionState from, ConnectionEvent event, ConnectionState to, boolean ignored,
            List<ConnectionAction> actions) {
        this.from = from;
        this.event = event;
        this.to = to;
        this.ignored = ignored;
        this.actions = actions;
        int bits = 0;
        for (ConnectionAction action : actions) {
            bits |= 1 << action.ordinal();
        }
        actionBits = bits;
    }

    static Transition move(ConnectionState from, ConnectionEvent event, ConnectionState to,
            ConnectionAction... actions) {
        return new Transition(from, event, to, false, List.of(actions));
    }

    static Transition ignore(ConnectionState state, ConnectionEvent event) {
        return new Transition(state, event, state, true, List.of());
    }

    /** The state before. */
    public ConnectionState from() {
        return from;
    }

    /** The event. */
    public ConnectionEvent event() {
        return event;
    }

    /** The state after. */
    public ConnectionState to() {
        return to;
    }

    /** Whether the event means nothing in this state. */
    public boolean ignored() {
        return ignored;
    }

    /** Whether an action is to be done. */
    public boolean has(ConnectionAction action) {
        return (actionBits & 1 << action.ordinal()) != 0;
    }

    /** What is to be done. */
    public List<ConnectionAction> actions() {
        return actions;
    }

    @Override
    public String toString() {
        return ignored ? from + " ignores " + event : from + " + " + event + " -> " + to + ' ' + actions;
    }
}
