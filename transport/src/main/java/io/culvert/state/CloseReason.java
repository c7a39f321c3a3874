/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

/** Why a session ended. */
public enum CloseReason {
    /** It has not. */
    NONE,
    /** Both sides closed in order. */
    CLOSED,
    /** We reset it. */
    ABORTED,
    /** Nobody listened: the answer to our SYN was a reset or an ICMP error. */
    REFUSED,
    /** The peer reset it. */
    RESET,
    /** The peer did not answer for as long as we may try. */
    TIMED_OUT,
    /** The UDP channel under it was closed. */
    CARRIER_CLOSED
}
