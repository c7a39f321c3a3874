/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

/** Why a datagram is no segment. Such a datagram is counted and dropped, never answered. */
public enum MalformedReason {
    /** Shorter than the 12 bytes of the fixed header. */
    TOO_SHORT,
    /** The data offset is under 5 words. */
    OFFSET_TOO_SMALL,
    /** The data offset points past the end of the datagram. */
    OFFSET_PAST_END,
    /** An option's length is 0 or 1. */
    OPTION_LENGTH,
    /** An option runs past the end of the header. */
    OPTION_PAST_END,
    /** SYN and RST in one segment. */
    SYN_WITH_RST
}
