/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

/** What moves a connection from state to state. */
public enum ConnectionEvent {
    /** The application listens (a session is made for a received connection request). */
    OPEN_PASSIVE,
    /** The application connects. */
    OPEN_ACTIVE,
    /** The application closes, or shuts its output down. */
    CLOSE,
    /** The application aborts. */
    ABORT,
    /** A connection request arrived: SYN without ACK. */
    SYN,
    /** SYN with an acceptable ACK arrived. */
    SYN_ACK,
    /** Our SYN was acknowledged. */
    SYN_ACKED,
    /** The peer's FIN arrived and everything before it is here. */
    FIN,
    /** Our FIN was acknowledged. */
    FIN_ACKED,
    /** An acceptable reset arrived. */
    RST,
    /** Retransmission has been given up. */
    GIVE_UP,
    /** 2 MSL are over. */
    TIME_WAIT_OVER,
    /** The time an orphan in FIN-WAIT-2 may stay is over. */
    ORPHAN_OVER
}
