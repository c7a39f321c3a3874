/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9438 on bytes: slow start, reductions and timeouts. {@link CubicGrowthTest} has the rest of it. */
final class CubicTest extends CubicStory {
    // ---- slow start ------------------------------------------------------------------------------------------------

    @Test
    void startsInSlowStart() {
        assertEquals(IW, cubic.congestionWindow());
        assertEquals(Long.MAX_VALUE, cubic.slowStartThreshold());
    }

    @Test
    void leavesPacingAndReductionToTheSession() {
        assertEquals(0, cubic.pacingRate());
        assertTrue(cubic.reducesProportionally());
    }

    // RFC 3465
    @Test
    void slowStartGrowsByBytesAcknowledged() {
        acknowledge(cubic, 1);
        acknowledge(cubic, 2999);
        assertEquals(13 * SMSS, cubic.congestionWindow());
    }

    @Test
    void doesNotGrowUnlessLimitedByTheWindow() {
        cubic.onAcknowledged(sample(IW).cwndLimited(false));
        assertEquals(IW, cubic.congestionWindow());
    }

    // RFC 9438 4.10 and RFC 9406 4.2
    @Test
    void longerRoundTripsEndTheFirstSlowStart() {
        endSlowStartByDelay();
        assertEquals(cubic.slowStartThreshold(), cubic.congestionWindow(), 1);
        long window = cubic.congestionWindow();
        // K = 0, and W_est grows as Reno does: it has nothing to regain
        acknowledge(cubic, window);
        assertEquals(window + SMSS, cubic.congestionWindow(), 2);
    }

    // RFC 9438 4.10: W_max is the window at the beginning of the stage
    @Test
    void windowIsConvexAfterASlowStartWithoutLoss() {
        slowStartTo(1000);
        endSlowStartByDelay();
        double window = cubic.congestionWindow();
        pass(cubic, 10);
        assertEquals(window + 0.4 * 1000 * SMSS, cubic.congestionWindow(), 20 * SMSS);
    }

    // RFC 9406 4.3: HyStart++ is for the first slow start
    @Test
    void longerRoundTripsDoNotEndALaterSlowStart() {
        slowStartTo(100);
        cubic.onRetransmissionTimeout(now, 100 * SMSS, true);
        long delivered = 0;
        for (int rtt = 20; rtt < 80; rtt += 10) {
            long prior = delivered;
            for (int i = 0; i < 10; i++) {
                delivered += SMSS;
                cubic.onAcknowledged(sample(SMSS).deliveredBytes(delivered).priorDeliveredBytes(prior)
                        .rttNanos(rtt * 1_000_000L));
            }
        }
        assertEquals(61 * SMSS, cubic.congestionWindow());
    }

    // ---- congestion events -----------------------------------------------------------------------------------------

    // RFC 9438 4.6: ssthresh is 0.7 of the window; cwnd comes down during recovery (RFC 6937)
    @Test
    void congestionEventSetsTheTargetAndLeavesTheWindow() {
        cubic.onCongestionEvent(now, IW);
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
        assertEquals(10 * SMSS, cubic.congestionWindow());
    }

    @Test
    void acknowledgmentsInRecoveryChangeNothing() {
        cubic.onCongestionEvent(now, IW);
        cubic.onAcknowledged(sample(5 * SMSS).inRecovery(true));
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
        assertEquals(10 * SMSS, cubic.congestionWindow());
    }

    @Test
    void recoveryEndsAtTheTarget() {
        cubic.onCongestionEvent(now, IW);
        cubic.onRecoveryExit(now, SMSS);
        assertEquals(7 * SMSS, cubic.congestionWindow());
    }

    // RFC 9438 4.6
    @Test
    void thresholdIsAtLeastTwoSegments() {
        cubic.onRetransmissionTimeout(now, SMSS, true);
        cubic.onCongestionEvent(now, SMSS);
        assertEquals(2 * SMSS, cubic.slowStartThreshold());
    }

    // RFC 9438 4.6: a flight that ACKs or losses have drained is not what the path was asked to carry
    @Test
    void windowInUseIsReducedEvenIfTheFlightIsSmallerNow() {
        acknowledge(cubic, SMSS);
        cubic.onCongestionEvent(now, 3 * SMSS);
        assertEquals(7700, cubic.slowStartThreshold());
    }

    // RFC 9438 4.6 and RFC 7661 4.4.1
    @Test
    void windowNotInUseIsReducedToWhatTheFlightWas() {
        slowStartTo(100);
        cubic.onAcknowledged(sample(SMSS).cwndLimited(false).transmitInFlightBytes(20 * SMSS));
        cubic.onCongestionEvent(now, 10 * SMSS);
        assertEquals(14 * SMSS, cubic.slowStartThreshold());
        cubic.onRecoveryExit(now, 0);
        cubic.onAcknowledged(sample(SMSS).cwndLimited(false).transmitInFlightBytes(5 * SMSS));
        cubic.onCongestionEvent(now, 6 * SMSS);
        assertEquals(4200, cubic.slowStartThreshold());
    }

    @Test
    void flightBeyondTheWindowDoesNotRaiseTheTarget() {
        cubic.onAcknowledged(sample(SMSS).cwndLimited(false).transmitInFlightBytes(30 * SMSS));
        cubic.onCongestionEvent(now, 30 * SMSS);
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
    }

    // ---- timeouts --------------------------------------------------------------------------------------------------

    // RFC 9438 4.8
    @Test
    void timeoutLeavesOneSegment() {
        cubic.onRetransmissionTimeout(now, IW, true);
        assertEquals(SMSS, cubic.congestionWindow());
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
    }

    @Test
    void laterTimeoutLeavesTheThreshold() {
        cubic.onRetransmissionTimeout(now, IW, true);
        acknowledge(cubic, SMSS);
        cubic.onRetransmissionTimeout(now, SMSS, false);
        assertEquals(SMSS, cubic.congestionWindow());
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
    }

    @Test
    void timeoutInRecoveryDoesNotReduceTwice() {
        cubic.onCongestionEvent(now, IW);
        cubic.onRetransmissionTimeout(now, 5 * SMSS, true);
        assertEquals(SMSS, cubic.congestionWindow());
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
        cubic.onRecoveryExit(now, 0);
        assertEquals(SMSS, cubic.congestionWindow());
    }

    @Test
    void slowStartEndsAtTheThresholdWithinOneAck() {
        cubic.onRetransmissionTimeout(now, IW, true);
        // 6 segments to the threshold, a seventh of a window for congestion avoidance
        acknowledge(cubic, 7 * SMSS);
        assertEquals(7 * SMSS + ALPHA * SMSS / 7, cubic.congestionWindow(), 1);
    }

    // RFC 9438 4.8: K = 0 and W_max the window at the beginning; 700 + 0.4 * 8^3
    @Test
    void windowIsConvexAfterATimeout() {
        slowStartTo(1000);
        cubic.onRetransmissionTimeout(now, 1000 * SMSS, true);
        acknowledge(cubic, 699 * SMSS);
        assertWindow(700, 0.1);
        pass(cubic, 8);
        assertWindow(905, 8);
    }

    // ---- idle restarts and segment sizes ---------------------------------------------------------------------------

    // RFC 5681 4.1
    @Test
    void restartsWithNoMoreThanTheInitialWindow() {
        slowStartTo(100);
        cubic.onRestartAfterIdle(now);
        assertEquals(IW, cubic.congestionWindow());
        cubic.onRetransmissionTimeout(now, IW, true);
        cubic.onRestartAfterIdle(now);
        assertEquals(SMSS, cubic.congestionWindow());
    }

    @Test
    void restartIsFollowedByAStageOfItsOwn() {
        loseAt(1000);
        pass(cubic, 5);
        now += 5 * SECOND;
        cubic.onRestartAfterIdle(now);
        acknowledge(cubic, 690 * SMSS);
        assertWindow(700, 0.1);
        pass(cubic, 9.09);
        assertWindow(1000, 5);
    }

    @Test
    void windowIsAtLeastOneSegmentOfTheNewSize() {
        cubic.onRetransmissionTimeout(now, SMSS, true);
        cubic.segmentBytes(8000);
        assertEquals(8000, cubic.congestionWindow());
        assertEquals(16_000, cubic.slowStartThreshold());
    }

    @Test
    void windowDoesNotLeapWithTheSegmentSize() {
        loseAt(1000);
        pass(cubic, 5);
        long window = cubic.congestionWindow();
        cubic.segmentBytes(2 * SMSS);
        assertEquals(window, cubic.congestionWindow());
        pass(cubic, 4.09);
        assertWindow(1000, 4);
        cubic.onRetransmissionTimeout(now, 0, true);
        assertEquals(2 * SMSS, cubic.congestionWindow());
    }

    // RFC 9438 4.2: K = cbrt((500 - 350) / 0.4) = 7.21 s
    @Test
    void nextStageCountsInTheNewSegments() {
        slowStartTo(1000);
        cubic.segmentBytes(2 * SMSS);
        lose();
        pass(cubic, 7.21);
        assertWindow(1000, 4);
        pass(cubic, 7.21);
        assertWindow(1300, 10);
    }
}
