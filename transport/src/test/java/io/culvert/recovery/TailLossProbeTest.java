/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 8985 section 7. */
final class TailLossProbeTest {
    private static final long MILLI = 1_000_000L;
    /** Sequence numbers go around just behind the probe. */
    private static final int END = -1;

    private final TailLossProbe probe = new TailLossProbe();
    private final RttEstimator rtt = new RttEstimator(() -> 200 * MILLI);

    private long timeoutMillis(int segments) {
        return TailLossProbe.timeoutNanos(rtt, segments) / MILLI;
    }

    // 7.2
    @Test
    void theTimeoutIsTwoSmoothedRoundTrips() {
        rtt.sample(100 * MILLI);
        rtt.sample(180 * MILLI);
        assertEquals(220, timeoutMillis(2));
        assertEquals(220, timeoutMillis(1000));
    }

    @Test
    void aSingleSegmentIsAllowedTheWorstDelayOfItsAcknowledgment() {
        rtt.sample(100 * MILLI);
        assertEquals(400, timeoutMillis(1));
    }

    @Test
    void theTimeoutHasALowerBound() {
        rtt.sample(4 * MILLI);
        assertEquals(10, timeoutMillis(2));
        assertEquals(210, timeoutMillis(1));
    }

    @Test
    void withoutARoundTripItIsOneSecond() {
        assertEquals(1000, timeoutMillis(1));
        assertEquals(1000, timeoutMillis(7));
    }

    // ---- 7.3

    @Test
    void thereIsOneAtATime() {
        assertTrue(probe.isAllowed());
        probe.sent(END, true);
        probe.onMeasured();
        assertTrue(probe.isOutstanding());
        assertFalse(probe.isAllowed());
        probe.onAck(END, true, false);
        assertTrue(probe.isAllowed());
    }

    @Test
    void thereIsOneForEachRoundTripMeasured() {
        probe.sent(END, true);
        probe.onAck(END, true, false);
        assertFalse(probe.isOutstanding());
        assertFalse(probe.isAllowed());
        probe.onMeasured();
        assertTrue(probe.isAllowed());
    }

    // ---- 7.4.2

    @Test
    void anAcknowledgmentShortOfTheProbeSaysNothing() {
        probe.sent(END, true);
        assertFalse(probe.onAck(END - 1, true, true));
        assertTrue(probe.isOutstanding());
    }

    @Test
    void anAcknowledgmentOfNothingMoreSaysNothing() {
        probe.sent(END, true);
        assertFalse(probe.onAck(END, false, false));
        assertTrue(probe.isOutstanding());
    }

    @Test
    void anAcknowledgmentOfNewDataIsARepairedLoss() {
        probe.sent(END, true);
        assertTrue(probe.onAck(END + 10, false, false));
        assertFalse(probe.isOutstanding());
        assertFalse(probe.onAck(END + 20, false, false));
    }

    @Test
    void aDuplicateSackIsNone() {
        probe.sent(END, true);
        assertFalse(probe.onAck(END, true, false));
        assertFalse(probe.isOutstanding());
        probe.sent(END, true);
        assertFalse(probe.onAck(END + 10, true, false));
        assertFalse(probe.isOutstanding());
    }

    @Test
    void aDuplicateAckWithoutSackIsNone() {
        probe.sent(END, true);
        assertFalse(probe.onAck(END, false, true));
        assertFalse(probe.isOutstanding());
    }

    @Test
    void newDataRepairsNothing() {
        probe.sent(END, false);
        assertFalse(probe.onAck(END, false, false));
        assertFalse(probe.isOutstanding());
        probe.sent(END, false);
        assertFalse(probe.onAck(END + 10, false, false));
    }

    @Test
    void whatRecoveryTakesOverIsNoMoreOfInterest() {
        probe.sent(END, true);
        probe.cancel();
        assertFalse(probe.isOutstanding());
        assertFalse(probe.onAck(END + 10, false, false));
    }
}
