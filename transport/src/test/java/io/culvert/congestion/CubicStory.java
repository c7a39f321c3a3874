/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A {@link Cubic} and what happens to it, in segments of 1000 bytes. */
abstract class CubicStory {
    static final int SMSS = 1000;
    static final long IW = 10 * SMSS;
    static final long SECOND = 1_000_000_000;
    static final long RTT = SECOND / 10;
    static final double ALPHA = 3 * 0.3 / 1.7;

    final Cubic cubic = new Cubic(SMSS, IW);
    long now = SECOND;

    final void assertWindow(double segments, double tolerance) {
        assertEquals(segments, cubic.congestionWindow() / (double) SMSS, tolerance);
    }

    final void slowStartTo(int segments) {
        slowStartTo(cubic, segments);
    }

    final void slowStartTo(Cubic controller, int segments) {
        acknowledge(controller, segments * SMSS - controller.congestionWindow());
    }

    final void loseAt(int segments) {
        loseAt(cubic, segments);
    }

    /** A loss in slow start at a window of so many segments, and the end of its recovery. */
    final void loseAt(Cubic controller, int segments) {
        slowStartTo(controller, segments);
        controller.onCongestionEvent(now, segments * SMSS);
        controller.onRecoveryExit(now, 0);
    }

    /** Where a loss at 1000 segments and so many seconds, with nothing else, lead to. */
    final long windowAfter(double seconds) {
        long present = now;
        Cubic undisturbed = new Cubic(SMSS, IW);
        loseAt(undisturbed, 1000);
        pass(undisturbed, seconds);
        now = present;
        return undisturbed.congestionWindow();
    }

    final void lose() {
        cubic.onCongestionEvent(now, cubic.congestionWindow());
        cubic.onRecoveryExit(now, 0);
    }

    /** Ten acknowledgments a round trip, of a window in all. */
    final void pass(Cubic controller, double seconds) {
        long end = now + (long) (seconds * SECOND);
        while (now < end) {
            acknowledge(controller, controller.congestionWindow() / 10);
            now = Math.min(end, now + RTT / 10);
        }
    }

    final void acknowledge(Cubic controller, long bytes) {
        controller.onAcknowledged(sample(bytes));
    }

    final TestSample sample(long bytes) {
        return TestSample.acked(bytes).nowNanos(now).smoothedRttNanos(RTT);
    }

    /** Two rounds, the second of which is longer by half, and the rounds of conservative slow start. */
    final void endSlowStartByDelay() {
        long delivered = 0;
        for (int round = 0; cubic.slowStartThreshold() == Long.MAX_VALUE; round++) {
            long prior = delivered;
            for (int i = 0; i < 10; i++) {
                delivered++;
                cubic.onAcknowledged(sample(1).deliveredBytes(delivered).priorDeliveredBytes(prior)
                        .rttNanos(round == 0 ? RTT : RTT + RTT / 2));
            }
            assertTrue(round < 7, "slow start goes on");
        }
    }
}
