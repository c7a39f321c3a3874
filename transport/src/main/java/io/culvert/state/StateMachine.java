/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import java.util.Objects;

/**
 * Where one connection stands in RFC 9293's state machine, and why it ended. Belongs to a session and is used on the
 * session's event loop only. It decides nothing: the transition table does.
 */
public final class StateMachine {
    private ConnectionState state = ConnectionState.CLOSED;
    private CloseReason reason = CloseReason.NONE;

    /** The state now; CLOSED at first. */
    public ConnectionState state() {
        return state;
    }

    /**
     * Moves to the state the event leads to.
     *
     * @return what the event means; the caller does its actions. A caller that acts only on {@link Transition#has} need
     *         not ask whether the event was ignored.
     */
    public Transition fire(ConnectionEvent event) {
        Transition transition = TransitionTable.RFC_9293.on(state, event);
        state = transition.to();
        return transition;
    }

    /** Why the connection ended or is about to; NONE as long as nothing was said. */
    public CloseReason reason() {
        return reason;
    }

    /** Says why the connection ends. What was said first stays, since whatever follows is its consequence. */
    public void closeReason(CloseReason why) {
        Objects.requireNonNull(why, "why");
        if (reason == CloseReason.NONE) {
            reason = why;
        }
    }

    /** {@code FIN-WAIT-1}, with the reason once there is one. */
    @Override
    public String toString() {
        return reason == CloseReason.NONE ? state.rfcName() : state.rfcName() + " (" + reason + ')';
    }
}
