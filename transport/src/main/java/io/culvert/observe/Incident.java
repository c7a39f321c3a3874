/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

/** What seldom happens to a session, and is counted. */
public enum Incident {
    /** A segment was sent again, for whatever cause. */
    RETRANSMISSION,
    /** A SYN or SYN,ACK was sent again. */
    RETRANSMITTED_SYN,
    /** A segment was sent again because the retransmission timer had expired (RFC 6298). */
    RETRANSMITTED_ON_TIMEOUT,
    /** A segment was sent again in fast recovery: found lost by RACK (RFC 8985) or duplicate ACKs (RFC 6582). */
    RETRANSMITTED_IN_RECOVERY,
    /** The last segment was sent again as a probe of the flight's tail (RFC 8985 section 7). */
    RETRANSMITTED_AS_PROBE,
    /** What a probe of the path's MTU carried was sent again: the probe did not get through (RFC 8899). */
    RETRANSMITTED_PATH_PROBE,
    /** The retransmission timer expired. */
    RETRANSMISSION_TIMEOUT,
    /** Fast recovery began (RFC 6675, RFC 8985, RFC 6582). */
    FAST_RECOVERY,
    /** A probe of a flight's tail was sent (RFC 8985 section 7). */
    TAIL_LOSS_PROBE,
    /** Such a probe has repaired a loss. */
    TAIL_LOSS_REPAIRED,
    /** A loss episode proved spurious (RFC 3522, RFC 3708, RFC 5682). */
    SPURIOUS_LOSS,
    /** A D-SACK block came: of a segment that the peer had already (RFC 2883). */
    DUPLICATE_SACK,
    /** The peer has dropped what it had acknowledged selectively (RFC 2018 section 8). */
    RENEGE,
    /** A segment came whose payload was there already. */
    DUPLICATE,
    /** A segment came ahead of a hole. */
    OUT_OF_ORDER,
    /** A segment came ahead of a hole, and there was no memory for it. */
    OUT_OF_ORDER_DROPPED,
    /** The last ACK of a handshake was dropped, because the accept queue was full. */
    ACCEPT_QUEUE_FULL,
    /** A challenge ACK was sent (RFC 5961). */
    CHALLENGE_ACK,
    /** A segment was refused by the window test or PAWS. */
    UNACCEPTABLE,
    /** A segment came with the URG bit, which the format does not have. */
    URGENT,
    /** A closed window was probed. */
    WINDOW_PROBE,
    /** A probe of the path's MTU was sent (RFC 8899). */
    PATH_PROBE,
    /** A probe of the path's MTU was lost. */
    PATH_PROBE_LOST,
    /** The path's MTU no longer got through. */
    BLACK_HOLE,
    /** An ICMP error was survived (RFC 5927), or a refusal in a rendezvous. */
    SOFT_ERROR
}
