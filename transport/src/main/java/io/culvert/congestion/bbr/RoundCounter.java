/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** Packet-timed round trips: each ends with the acknowledgment of a segment sent after it began. */
final class RoundCounter {
    long nextRoundDelivered;
    long roundCount;
    /** Whether the latest acknowledgment began a round. */
    boolean roundStart;

    /** UpdateRound(). */
    void update(Transport transport, RateSample rs) {
        roundStart = rs.priorDelivered >= nextRoundDelivered;
        if (roundStart) {
            startRound(transport);
            roundCount++;
        }
    }

    void startRound(Transport transport) {
        nextRoundDelivered = transport.delivered;
    }
}
