/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

/** The states of RFC 9293 section 3.3.2. */
public enum ConnectionState {
    /** No connection. */
    CLOSED,
    /** Waiting for a connection request. */
    LISTEN,
    /** A connection request was sent. */
    SYN_SENT,
    /** A connection request was received and sent. */
    SYN_RECEIVED,
    /** Open: data flows both ways. */
    ESTABLISHED,
    /** We closed; our FIN is not acknowledged yet. */
    FIN_WAIT_1,
    /** We closed and our FIN is acknowledged; the peer has not closed. */
    FIN_WAIT_2,
    /** The peer closed; we have not. */
    CLOSE_WAIT,
    /** Both closed at once; our FIN is not acknowledged yet. */
    CLOSING,
    /** The peer closed, then we; our FIN is not acknowledged yet. */
    LAST_ACK,
    /** Both closed; waiting 2 MSL so that the peer surely has our last acknowledgment. */
    TIME_WAIT;

    private final String rfcName = name().replace('_', '-');

    /** The name as RFC 9293 writes it, {@code FIN-WAIT-1}. */
    public String rfcName() {
        return rfcName;
    }

    /** Whether the peer's sequence number is known, so that a segment of ours carries an acknowledgment. */
    public boolean knowsPeer() {
        return compareTo(SYN_RECEIVED) >= 0;
    }

    /** Whether data or a FIN of ours may be on its way: sent for the first time, or again. */
    public boolean sendsText() {
        return this == ESTABLISHED || this == CLOSE_WAIT || this == FIN_WAIT_1 || this == CLOSING || this == LAST_ACK;
    }
}
