/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

/** Why a connection is at its end. The first reason that is known stays. */
public enum CloseReason {
    /** Not at its end. */
    NONE,
    /** Orderly: both sides closed and acknowledged it (RFC 9293 section 3.6), or closed before there was a peer. */
    CLOSED,
    /** This side aborted (RFC 9293 section 3.10.5). */
    ABORTED,
    /** The peer's address refused the connection request: RST or ICMP port unreachable in answer to our SYN. */
    REFUSED,
    /** The peer reset the connection (RFC 9293 section 3.5.3). */
    RESET,
    /** The peer stopped answering: retransmissions were given up (RFC 9293 section 3.8.3). */
    TIMED_OUT,
    /** Data stayed unacknowledged, or unsent before a closed window, for longer than the user timeout (RFC 5482). */
    USER_TIMEOUT,
    /** The peer of an idle session has not answered keepalive probes (RFC 9293 section 3.8.4). */
    KEEPALIVE_TIMEOUT,
    /** The UDP socket underneath was closed while the connection was alive. */
    CARRIER_CLOSED,
    /** The engine, or a congestion controller of the user's, has thrown in the middle of the connection's work. */
    FAULT
}
