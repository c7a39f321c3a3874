/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

/** What has to be done on the way from one state to the next. */
public enum ConnectionAction {
    /** Send SYN. */
    SEND_SYN,
    /** Send SYN,ACK. */
    SEND_SYN_ACK,
    /** Send an acknowledgment at once. */
    SEND_ACK,
    /** Queue FIN behind all data. */
    SEND_FIN,
    /** Send RST. */
    SEND_RST,
    /** Tell the application that its side is open. */
    TELL_CONNECTED,
    /** Tell the application that the peer has ended its output. */
    TELL_INPUT_END,
    /** Tell the application that the session failed. */
    TELL_FAILED,
    /** Start, or start again, the wait of 2 MSL. */
    START_TIME_WAIT,
    /** Begin the session that takes the place of one in TIME-WAIT, its ISS beyond all that the old one sent. */
    REOPEN
}
