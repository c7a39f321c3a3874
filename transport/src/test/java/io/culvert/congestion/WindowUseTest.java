/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 7661 and Linux's {@code tcp_cwnd_validate}: when an acknowledgment may let the window grow. */
final class WindowUseTest {
    private static final int SMSS = 1000;
    private static final int CWND = 10 * SMSS;
    private static final long AVOIDANCE = CWND;
    private static final long SLOW_START = Long.MAX_VALUE;

    private final WindowUse use = new WindowUse();
    private int una = 1;
    private int nxt = 1;

    private void sent(int segments, boolean stopped) {
        nxt += segments * SMSS;
        use.onTransmitted(stopped, nxt - una, una, nxt);
    }

    private void acked(int segments) {
        una += segments * SMSS;
    }

    private boolean grows(long ssthresh) {
        return use.isLimited(CWND, ssthresh);
    }

    @Test
    void aFullWindowGrows() {
        sent(10, true);
        assertTrue(grows(AVOIDANCE));
        assertTrue(grows(SLOW_START));
    }

    // RFC 7661 section 4.2: cwnd is validated when at least half of it is used; in avoidance Linux asks for all of it
    @Test
    void halfAWindowGrowsInSlowStartOnly() {
        sent(6, false);
        assertTrue(grows(SLOW_START));
        assertFalse(grows(AVOIDANCE));
    }

    @Test
    void lessThanHalfAWindowDoesNotGrow() {
        sent(5, false);
        assertFalse(grows(SLOW_START));
        assertFalse(grows(AVOIDANCE));
    }

    @Test
    void aFullWindowCountsUntilAllOfItIsAcknowledged() {
        sent(10, true);
        acked(4);
        sent(1, false);
        assertTrue(grows(AVOIDANCE));
        acked(5);
        sent(0, false);
        assertTrue(grows(AVOIDANCE));
        acked(1);
        sent(1, false);
        assertFalse(grows(AVOIDANCE));
    }

    @Test
    void theLargestFlightOfAWindowCounts() {
        sent(3, false);
        sent(3, false);
        acked(3);
        sent(1, false);
        assertTrue(grows(SLOW_START));
    }

    @Test
    void aWindowThatFillsLaterCounts() {
        sent(2, false);
        acked(1);
        sent(9, true);
        assertTrue(grows(AVOIDANCE));
    }

    @Test
    void sequenceNumbersWrap() {
        una = Integer.MAX_VALUE - 3 * SMSS;
        nxt = una;
        sent(0, false);
        sent(10, true);
        acked(9);
        sent(1, false);
        assertTrue(grows(AVOIDANCE));
    }
}
