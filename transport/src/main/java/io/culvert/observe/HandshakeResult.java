/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

/** How a handshake ended. */
public enum HandshakeResult {
    /** The session is open. */
    OPENED,
    /** A SYN cookie came back, and the session is open: there was no half-open one. */
    COOKIE,
    /** The peer refused: RST or ICMP port unreachable in answer to our SYN. */
    REFUSED,
    /** The peer reset a half-open session, as it does that never asked for it. */
    RESET,
    /** No answer: the retransmissions were given up, or the time to connect was over. */
    TIMED_OUT,
    /** The application closed the channel, or the server, before. */
    CANCELLED,
    /** The UDP socket was closed, or something has thrown. */
    FAILED
}
