/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** What a session can wait for. */
public enum TimerKind {
    /** RFC 6298: the oldest segment in flight has to be acknowledged by then. */
    RETRANSMIT,
    /** RFC 9293 3.8.6.1: the peer's closed window is to be probed, or a small segment sent after all. */
    PERSIST,
    /** RFC 9293 3.8.6.3: an acknowledgment may wait no longer. */
    DELAYED_ACK,
    /** An orphan may try no longer. */
    ORPHAN,
    /** An orphan may stay in FIN-WAIT-2 no longer. */
    FIN_WAIT_2
}
