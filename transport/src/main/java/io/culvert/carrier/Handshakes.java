/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.HandshakeResult;
import io.culvert.observe.LoopCounters;
import io.culvert.session.Session;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionState;
import io.culvert.state.Transition;

/** Counts how handshakes end, by the transitions that end them. */
final class Handshakes {
    private Handshakes() {
    }

    static void count(LoopCounters counters, Session session, Transition transition, long nowNanos) {
        ConnectionState from = transition.from();
        ConnectionState to = transition.to();
        boolean halfOpen = from == ConnectionState.SYN_SENT || from == ConnectionState.SYN_RECEIVED;
        if (to == ConnectionState.ESTABLISHED) {
            counters.handshake(session.isPassive(), halfOpen ? HandshakeResult.OPENED : HandshakeResult.COOKIE);
            if (halfOpen) {
                counters.handshakeTime(nowNanos - session.openedNanos());
            }
        } else if (halfOpen && to != ConnectionState.SYN_RECEIVED) {
            counters.handshake(session.isPassive(), resultOf(session.machine.reason(), session.isPassive()));
        }
    }

    private static HandshakeResult resultOf(CloseReason reason, boolean passive) {
        return switch (reason) {
            // a peer does not refuse what it has asked for
            case REFUSED -> passive ? HandshakeResult.RESET : HandshakeResult.REFUSED;
            case RESET -> HandshakeResult.RESET;
            case TIMED_OUT, USER_TIMEOUT, KEEPALIVE_TIMEOUT -> HandshakeResult.TIMED_OUT;
            case CARRIER_CLOSED, FAULT -> HandshakeResult.FAILED;
            // FIN-WAIT-1 among them, for which there is no reason yet
            case CLOSED, ABORTED, NONE -> HandshakeResult.CANCELLED;
        };
    }
}
