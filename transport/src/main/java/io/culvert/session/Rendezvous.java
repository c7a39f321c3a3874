/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.recovery.RttEstimator;

/**
 * The connection requests of a rendezvous (RFC 9293 3.5, figure 8; RFC 5128 3.3). A SYN without an answer is no sign of
 * congestion there, but of a peer that has not begun, or of its NAT, which lets nothing in before something has left;
 * and each SYN keeps the way through the NAT before us open. So they go on at an even pace: after 1 s, 2 s, and then
 * every 3 s.
 */
final class Rendezvous {
    /** RFC 8085 3.1.1: a datagram every three seconds at most for who has not measured the round trip. */
    private static final long MAX_SYN_TIMEOUT_NANOS = 3_000_000_000L;

    private Rendezvous() {
    }

    /** How long a SYN, or the SYN,ACK that answers the peer's, waits until it goes again. */
    static long synTimeoutNanos(RttEstimator rtt) {
        return Math.min(rtt.rtoNanos(), MAX_SYN_TIMEOUT_NANOS);
    }

    /** How often it goes again: as often as fits into the time that so many retransmissions would last otherwise. */
    static int synRetries(RttEstimator rtt, int retries) {
        long leftNanos = 0;
        for (int i = 0; i <= retries; i++) {
            leftNanos += rtt.backedOff(i);
        }
        int fitting = 0;
        for (long next = rtt.backedOff(0); leftNanos > next; fitting++) {
            leftNanos -= next;
            next = Math.min(rtt.backedOff(fitting + 1), MAX_SYN_TIMEOUT_NANOS);
        }
        return fitting;
    }
}
