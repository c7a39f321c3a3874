/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import java.util.List;

/**
 * One cell of the state table: what an event does in a state. Immutable and shared by every session, so that firing an
 * event allocates nothing.
 */
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
            bits |= bit(action);
        }
        actionBits = bits;
    }

    static Transition moving(ConnectionState from, ConnectionEvent event, ConnectionState to,
            List<ConnectionAction> actions) {
        return new Transition(from, event, to, false, List.copyOf(actions));
    }

    static Transition ignoring(ConnectionState from, ConnectionEvent event) {
        return new Transition(from, event, from, true, List.of());
    }

    /** The state the event found. */
    public ConnectionState from() {
        return from;
    }

    /** The event. */
    public ConnectionEvent event() {
        return event;
    }

    /** The state the event leaves behind; equal to {@link #from()} if the event is ignored, and on FIN in TIME-WAIT. */
    public ConnectionState to() {
        return to;
    }

    /** Whether the event means nothing in this state: no move, no action. */
    public boolean ignored() {
        return ignored;
    }

    /** Whether the action has to be done on the way. */
    public boolean has(ConnectionAction action) {
        return (actionBits & bit(action)) != 0;
    }

    /** All actions as the table declares them, immutable. For documents and tests; engines ask {@link #has}. */
    public List<ConnectionAction> actions() {
        return actions;
    }

    /** {@code SYN-SENT + SYN_ACK -> ESTABLISHED [SEND_ACK, TELL_CONNECTED]}. */
    @Override
    public String toString() {
        return from.rfcName() + " + " + event + " -> " + (ignored ? "IGNORE" : to.rfcName() + ' ' + actions);
    }

    private static int bit(ConnectionAction action) {
        return 1 << action.ordinal();
    }
}
