/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.state.ConnectionEvent;

/**
 * What reliability has found out and the state machine has not heard of yet. They are heard in the order of RFC 9293
 * 3.10.7.4: the SYN, the acknowledgments, the FIN; so FIN and the ACK of our FIN in one segment are two events.
 */
public final class Facts {
    private static final ConnectionEvent[] ORDER = {
        ConnectionEvent.SYN, ConnectionEvent.SYN_ACK, ConnectionEvent.SYN_ACKED, ConnectionEvent.FIN_ACKED,
        ConnectionEvent.FIN, ConnectionEvent.RST, ConnectionEvent.GIVE_UP, ConnectionEvent.ORPHAN_OVER,
    };

    private int noted;

    /** Notes a fact. */
    void note(ConnectionEvent event) {
        noted |= 1 << event.ordinal();
    }

    /** Whether there is anything that the state machine has not heard of. */
    public boolean areNoted() {
        return noted != 0;
    }

    /** Takes the next fact, {@code null} when there is none. */
    public ConnectionEvent poll() {
        if (noted == 0) {
            return null;
        }
        for (ConnectionEvent event : ORDER) {
            int bit = 1 << event.ordinal();
            if ((noted & bit) != 0) {
                noted &= ~bit;
                return event;
            }
        }
        throw new IllegalStateException("not a fact: " + Integer.toBinaryString(noted));
    }
}
