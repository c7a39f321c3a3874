/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Spurious congestion events: RFC 9438 section 4.9. */
final class CubicUndoTest extends CubicStory {
    // RFC 9438 4.9.2
    @Test
    void spuriousRecoveryChangesNothing() {
        loseAt(1000);
        pass(cubic, 5);
        cubic.onCongestionEvent(now, 950 * SMSS);
        now += RTT;
        cubic.onAcknowledged(sample(SMSS).inRecovery(true));
        cubic.onSpuriousLoss(now);
        cubic.onRecoveryExit(now, 0);
        assertEquals(windowAfter(5), cubic.congestionWindow());
        assertEquals(700 * SMSS, cubic.slowStartThreshold());
        pass(cubic, 10);
        assertEquals(windowAfter(15), cubic.congestionWindow(), 5);
    }

    // RFC 9438 4.9.1
    @Test
    void spuriousTimeoutChangesNothing() {
        loseAt(1000);
        pass(cubic, 5);
        cubic.onRetransmissionTimeout(now, 950 * SMSS, true);
        cubic.onRetransmissionTimeout(now + SECOND, SMSS, false);
        now += 3 * SECOND;
        cubic.onSpuriousLoss(now);
        cubic.onSent(now, 0, false);
        assertEquals(windowAfter(5), cubic.congestionWindow());
        assertEquals(700 * SMSS, cubic.slowStartThreshold());
        pass(cubic, 10);
        assertEquals(windowAfter(15), cubic.congestionWindow(), 5);
    }

    // RFC 9438 4.9.2: W_max, K, t_epoch are those of the old stage, even if another one has begun
    @Test
    void oldStageGoesOnAfterALateUndo() {
        loseAt(1000);
        pass(cubic, 5);
        cubic.onCongestionEvent(now, 950 * SMSS);
        cubic.segmentBytes(2 * SMSS);
        cubic.onRecoveryExit(now, 0);
        pass(cubic, 2);
        cubic.onSpuriousLoss(now);
        assertEquals(windowAfter(5), cubic.congestionWindow());
        pass(cubic, 10);
        assertEquals(windowAfter(15), cubic.congestionWindow(), 5);
    }

    // RFC 9438 4.9.2: so are W_est and cwnd_prior
    @Test
    void oldRenoFriendlyRegionGoesOnAfterALateUndo() {
        loseAt(20);
        for (int i = 0; i < 6; i++) {
            acknowledge(cubic, cubic.congestionWindow());
        }
        double window = cubic.congestionWindow();
        assertTrue(window < 18 * SMSS);
        lose();
        acknowledge(cubic, cubic.congestionWindow());
        cubic.onSpuriousLoss(now);
        assertEquals(window, cubic.congestionWindow());
        acknowledge(cubic, cubic.congestionWindow());
        assertEquals(window + ALPHA * SMSS, cubic.congestionWindow(), 2);
    }

    @Test
    void spuriousLossInSlowStartResumesSlowStart() {
        cubic.onCongestionEvent(now, IW);
        cubic.onRecoveryExit(now, 0);
        cubic.onSpuriousLoss(now);
        assertEquals(Long.MAX_VALUE, cubic.slowStartThreshold());
        acknowledge(cubic, 5 * SMSS);
        assertEquals(15 * SMSS, cubic.congestionWindow());
    }

    // RFC 9438 4.9: detected long after, the window may have passed the old one
    @Test
    void windowThatHasPassedTheOldOneStays() {
        loseAt(20);
        for (int i = 0; i < 20; i++) {
            acknowledge(cubic, cubic.congestionWindow());
        }
        long window = cubic.congestionWindow();
        assertTrue(window > 20 * SMSS);
        cubic.onSpuriousLoss(now);
        assertEquals(window, cubic.congestionWindow());
        assertEquals(14 * SMSS, cubic.slowStartThreshold());
    }

    @Test
    void spuriousTimeoutInRecoveryLeavesTheReductionOfRecovery() {
        cubic.onCongestionEvent(now, IW);
        cubic.onRetransmissionTimeout(now, 5 * SMSS, true);
        cubic.onSpuriousLoss(now);
        assertEquals(7 * SMSS, cubic.congestionWindow());
        assertEquals(7 * SMSS, cubic.slowStartThreshold());
    }
}
