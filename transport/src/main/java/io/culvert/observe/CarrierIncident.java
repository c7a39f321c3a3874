/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

/** What happens on a UDP socket besides the segments of its sessions, and is counted. */
public enum CarrierIncident {
    /** A segment came that belonged to no session and opened none. */
    STRAY,
    /** A stray was answered with a reset (RFC 9293 3.10.7.1). */
    RESET_TO_STRAY,
    /** A SYN was answered with a SYN cookie, for want of room for half-open sessions (RFC 4987). */
    COOKIE_SENT,
    /** A SYN cookie came back, and a session was made of it. */
    COOKIE_ACCEPTED,
    /** What might have brought a cookie back was dropped, because the accept queue was full. */
    COOKIE_DROPPED,
    /** A TIME-WAIT record gave way to a newer one. */
    TIME_WAIT_EVICTED,
    /** An orphan gave way to a newer one. */
    ORPHAN_EVICTED,
    /** A datagram was handed to the carrier of another event loop or address that it should have come to. */
    HANDED_OVER,
    /** A datagram was not, because too many waited there. */
    HAND_OVER_DROPPED,
    /** The socket reported an error, ICMP messages among them. */
    SOCKET_ERROR,
    /** This host did not send a datagram, because it was too long for its interface. */
    DATAGRAM_TOO_LONG,
    /** A message that nobody wanted: no datagram, or left by the handler of foreign ones. */
    FOREIGN_MESSAGE,
    /** A datagram that is no segment by its first two bits was given to the user's handler of such. */
    FOREIGN_DATAGRAM,
    /** That handler threw. */
    FOREIGN_ERROR
}
