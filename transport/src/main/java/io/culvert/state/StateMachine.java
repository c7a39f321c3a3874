/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

/** The state of one connection, and why it ended. */
public final class StateMachine {
    private ConnectionState state = ConnectionState.CLOSED;
    private CloseReason closeReason = CloseReason.NONE;

    /** The state now. */
    public ConnectionState state() {
        return state;
    }

    /** Moves by the table of RFC 9293 and returns the cell that said so. */
    public Transition fire(ConnectionEvent event) {
        Transition transition = TransitionTable.RFC_9293.on(state, event);
        state = transition.to();
        return transition;
    }

    /** Why the connection ended, {@link CloseReason#NONE} before. */
    public CloseReason closeReason() {
        return closeReason;
    }

    /** Notes why the connection ended; the first reason stays. */
    public void closeReason(CloseReason reason) {
        if (closeReason == CloseReason.NONE) {
            closeReason = reason;
        }
    }
}
