/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** RFC 5681 section 3.1 on bytes. */
final class NewRenoTest {
    private static final int SMSS = 1000;

    private final NewReno reno = new NewReno(SMSS, 10 * SMSS);

    @Test
    void startsInSlowStart() {
        assertEquals(10 * SMSS, reno.congestionWindow());
        assertEquals(Long.MAX_VALUE, reno.slowStartThreshold());
    }

    @Test
    void slowStartGrowsByBytesAcknowledged() {
        reno.onAcknowledged(TestSample.acked(1).cwndLimited(true));
        reno.onAcknowledged(TestSample.acked(2999).cwndLimited(true));
        assertEquals(13 * SMSS, reno.congestionWindow());
    }

    @Test
    void doesNotGrowUnlessLimitedByTheWindow() {
        reno.onAcknowledged(TestSample.acked(10 * SMSS).cwndLimited(false));
        assertEquals(10 * SMSS, reno.congestionWindow());
    }

    @Test
    void lossHalvesTheFlight() {
        reno.onCongestionEvent(0, 8 * SMSS);
        assertEquals(4 * SMSS, reno.slowStartThreshold());
        // RFC 6937: proportional rate reduction brings the flight down
        assertEquals(10 * SMSS, reno.congestionWindow());
        reno.onAcknowledged(TestSample.acked(4 * SMSS).inRecovery(true));
        reno.onRecoveryExit(0, 4 * SMSS);
        assertEquals(4 * SMSS, reno.congestionWindow());
    }

    // RFC 5681 3.2 step 2
    @Test
    void limitedTransmitIsNoPartOfTheFlight() {
        reno.onCongestionEvent(0, 12 * SMSS);
        assertEquals(5 * SMSS, reno.slowStartThreshold());
    }

    // RFC 4015 section 3.2
    @Test
    void aSpuriousLossIsTakenBack() {
        reno.onCongestionEvent(0, 10 * SMSS);
        reno.onSpuriousLoss(0);
        assertEquals(10 * SMSS, reno.congestionWindow());
        assertEquals(Long.MAX_VALUE, reno.slowStartThreshold());
        reno.onRetransmissionTimeout(0, 10 * SMSS, true);
        reno.onRetransmissionTimeout(0, 10 * SMSS, false);
        reno.onSpuriousLoss(0);
        assertEquals(10 * SMSS, reno.congestionWindow());
        assertEquals(Long.MAX_VALUE, reno.slowStartThreshold());
    }

    @Test
    void thresholdIsAtLeastTwoSegments() {
        reno.onCongestionEvent(0, SMSS);
        assertEquals(2 * SMSS, reno.slowStartThreshold());
    }

    @Test
    void congestionAvoidanceGrowsOneSegmentAWindow() {
        reno.onCongestionEvent(0, 8 * SMSS);
        reno.onRecoveryExit(0, 4 * SMSS);
        for (int i = 0; i < 3; i++) {
            reno.onAcknowledged(TestSample.acked(SMSS).cwndLimited(true));
            assertEquals(4 * SMSS, reno.congestionWindow());
        }
        reno.onAcknowledged(TestSample.acked(SMSS).cwndLimited(true));
        assertEquals(5 * SMSS, reno.congestionWindow());
    }

    @Test
    void slowStartEndsAtTheThresholdWithinOneAck() {
        reno.onRetransmissionTimeout(0, 8 * SMSS, true);
        reno.onAcknowledged(TestSample.acked(3 * SMSS + SMSS / 2).cwndLimited(true));
        assertEquals(4 * SMSS, reno.congestionWindow());
        reno.onAcknowledged(TestSample.acked(3 * SMSS + SMSS / 2).cwndLimited(true));
        assertEquals(5 * SMSS, reno.congestionWindow());
    }

    @Test
    void timeoutLeavesOneSegment() {
        reno.onRetransmissionTimeout(0, 10 * SMSS, true);
        assertEquals(SMSS, reno.congestionWindow());
        assertEquals(5 * SMSS, reno.slowStartThreshold());
    }

    @Test
    void laterTimeoutLeavesTheThreshold() {
        reno.onRetransmissionTimeout(0, 10 * SMSS, true);
        reno.onRetransmissionTimeout(0, SMSS, false);
        assertEquals(5 * SMSS, reno.slowStartThreshold());
    }

    @Test
    void restartsWithNoMoreThanTheInitialWindow() {
        reno.onAcknowledged(TestSample.acked(10 * SMSS).cwndLimited(true));
        reno.onRestartAfterIdle(0);
        assertEquals(10 * SMSS, reno.congestionWindow());
        reno.onRetransmissionTimeout(0, 10 * SMSS, true);
        reno.onRestartAfterIdle(0);
        assertEquals(SMSS, reno.congestionWindow());
    }
}
