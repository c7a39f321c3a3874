/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Congestion avoidance of RFC 9438 sections 4.2 to 4.5, 4.7 and 5.8. */
final class CubicGrowthTest extends CubicStory {
    // RFC 9438 4.2: K = cbrt((1000 - 700) / 0.4) = 9.09 s
    @Test
    void windowIsConcaveUpToTheLossAndConvexBeyond() {
        loseAt(1000);
        pass(cubic, 4.54);
        // 0.4 * (4.54 - 9.09)^3 + 1000
        assertWindow(962, 4);
        pass(cubic, 4.55);
        assertWindow(1000, 4);
        pass(cubic, 4.54);
        assertWindow(1037, 4);
        pass(cubic, 4.55);
        assertWindow(1300, 10);
    }

    // RFC 9438 4.2: the target is that of the round trip to come, the share that of the bytes acknowledged
    @Test
    void windowGrowsByTheAcknowledgedShareOfTheWayToTheTarget() {
        loseAt(1000);
        acknowledge(cubic, 1);
        now += RTT / 10;
        // W_cubic(0.01 + RTT) = 0.4 * (0.11 - 9.0856)^3 + 1000 = 710.77
        acknowledge(cubic, 70 * SMSS);
        assertWindow(701.077, 0.002);
    }

    @Test
    void acknowledgmentOfMoreThanTheWindowReachesTheTargetOnly() {
        loseAt(1000);
        acknowledge(cubic, 1);
        now += RTT / 10;
        acknowledge(cubic, 7000 * SMSS);
        assertWindow(710.77, 0.01);
    }

    // RFC 9438 4.2: target is at most 1.5 cwnd
    @Test
    void windowGrowsByHalfARoundTripAtMost() {
        loseAt(1000);
        acknowledge(cubic, SMSS);
        now += 60 * SECOND;
        double window = cubic.congestionWindow();
        acknowledge(cubic, cubic.congestionWindow() / 10);
        assertEquals(window * 1.05, cubic.congestionWindow(), SMSS);
    }

    // RFC 9438 4.2: target is at least cwnd
    @Test
    void shorterRoundTripTakesNothingAway() {
        loseAt(1000);
        acknowledge(cubic, 1);
        now += RTT;
        cubic.onAcknowledged(sample(700 * SMSS).smoothedRttNanos(20 * RTT));
        long window = cubic.congestionWindow();
        assertTrue(window > 850 * SMSS);
        cubic.onAcknowledged(sample(100 * SMSS).smoothedRttNanos(0));
        assertEquals(window, cubic.congestionWindow());
    }

    @Test
    void renoFriendlyRegionTakesNothingAway() {
        loseAt(20);
        acknowledge(cubic, 1);
        now += SECOND;
        cubic.onAcknowledged(sample(13 * SMSS).smoothedRttNanos(20 * RTT));
        long window = cubic.congestionWindow();
        assertEquals(19_600, window, 100);
        // W_cubic(1) is 18.7 segments; W_est grows from 14.5 and passes it, but not cwnd, in the ninth window
        for (int i = 0; i < 9; i++) {
            cubic.onAcknowledged(sample(window).smoothedRttNanos(0));
            assertEquals(window, cubic.congestionWindow());
        }
        cubic.onAcknowledged(sample(window).smoothedRttNanos(0));
        assertTrue(cubic.congestionWindow() > window);
    }

    // RFC 9438 4.3: alpha is 9/17 until W_est reaches the window before the loss, then 1
    @Test
    void smallWindowGrowsAsRenoWould() {
        loseAt(20);
        double expected = 14 * SMSS;
        for (int i = 0; i < 18; i++) {
            double alpha = expected < 20 * SMSS ? ALPHA : 1;
            acknowledge(cubic, cubic.congestionWindow());
            expected += alpha * SMSS;
            assertEquals(expected, cubic.congestionWindow(), 20, "round trip " + i);
        }
        assertEquals(26 * SMSS, cubic.congestionWindow(), 700);
    }

    // RFC 9438 4.7: W_max is 0.85 of the window that fell short; K = cbrt((595 - 490) / 0.4) = 6.40 s
    @Test
    void windowThatFellShortPlateausLower() {
        loseAt(1000);
        lose();
        assertWindow(490, 0.1);
        pass(cubic, 6.40);
        assertWindow(595, 4);
        double window = cubic.congestionWindow();
        pass(cubic, 1);
        // half a second each side of K changes nothing but what Reno adds
        assertEquals(window, cubic.congestionWindow(), 10 * SMSS);
    }

    // RFC 9438 4.7: K = cbrt((1100 - 770) / 0.4) = 9.38 s
    @Test
    void windowThatWasRegainedPlateausWhereItWas() {
        loseAt(1000);
        while (cubic.congestionWindow() < 1100 * SMSS) {
            pass(cubic, 0.1);
        }
        lose();
        pass(cubic, 9.38);
        assertWindow(1100, 8);
    }

    // RFC 9438 4.2: K is counted from cwnd_epoch: cbrt((1000 - 70) / 0.4) = 13.2 s
    @Test
    void windowReducedByItsFlightStillPlateausWhereItWas() {
        slowStartTo(1000);
        cubic.onAcknowledged(sample(SMSS).cwndLimited(false).transmitInFlightBytes(100 * SMSS));
        cubic.onCongestionEvent(now, 100 * SMSS);
        cubic.onRecoveryExit(now, 0);
        assertWindow(70, 0.1);
        pass(cubic, 13.25);
        assertWindow(1000, 10);
    }

    // RFC 9438 5.8
    @Test
    void timeLimitedByTheApplicationIsNotCounted() {
        loseAt(1000);
        pass(cubic, 5);
        for (int i = 0; i < 100; i++) {
            now += RTT;
            cubic.onAcknowledged(sample(SMSS).cwndLimited(false));
        }
        pass(cubic, 3);
        assertEquals(windowAfter(8), cubic.congestionWindow(), SMSS / 20);
    }

    // RFC 9438 5.8
    @Test
    void idleTimeIsNotCounted() {
        loseAt(1000);
        pass(cubic, 5);
        now += 60 * SECOND;
        cubic.onSent(now, 0, false);
        pass(cubic, 3);
        assertEquals(windowAfter(8), cubic.congestionWindow(), SMSS / 20);
    }

    @Test
    void sendingIntoAFlightIsNotIdleTime() {
        loseAt(1000);
        pass(cubic, 4);
        now += 5 * SECOND;
        cubic.onSent(now, SMSS, false);
        acknowledge(cubic, 700 * SMSS);
        acknowledge(cubic, 700 * SMSS);
        assertTrue(cubic.congestionWindow() > 980 * SMSS);
    }
}
