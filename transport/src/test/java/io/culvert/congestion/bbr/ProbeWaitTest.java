/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** "Time Scale for Bandwidth Probing". */
final class ProbeWaitTest {
    private static final long MILLI = 1_000_000L;
    private static final int SMSS = 1000;

    private final PathModel model =
            new PathModel(new Transport(SMSS, 10 * SMSS), new LossThreshold(LossThreshold.DEFAULT));
    private final ProbeWait wait = new ProbeWait();

    private void bdp(int segments) {
        RateSample rs = model.sample;
        rs.rttNanos = 100 * MILLI;
        model.minRtt.start(0);
        model.minRtt.update(0, rs);
        rs.deliveryRate = segments * SMSS * 10L;
        model.maxBandwidth.update(rs);
        model.boundBw();
        model.transport.cwnd = 1000L * segments * SMSS;
    }

    private int roundsToProbe() {
        int rounds = 0;
        while (!wait.isOver(0, model)) {
            wait.countRound();
            rounds++;
        }
        return rounds;
    }

    private int millisToProbe() {
        int millis = 0;
        while (!wait.isOver(millis * MILLI, model)) {
            millis++;
        }
        return millis;
    }

    // "bw_probe_wait = 2 + random_float_between(0.0, 1.0)"
    @Test
    void waitsTwoToThreeSecondsAtRandom() {
        bdp(1000);
        Set<Integer> waits = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            wait.seed(seed);
            wait.pick(0);
            int millis = millisToProbe();
            assertTrue(millis >= 2000 && millis <= 3001, () -> millis + " ms");
            waits.add(millis);
        }
        assertTrue(waits.size() > 15, waits::toString);
    }

    // IsRenoCoexistenceProbeTime(): "min(reno_rounds, 63)", from a count that begins with 0 or 1
    @Test
    void waitsNoLongerThanRenoWouldGrow() {
        bdp(20);
        Set<Integer> rounds = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            wait.pick(0);
            rounds.add(roundsToProbe());
        }
        assertEquals(Set.of(19, 20), rounds);
        bdp(500);
        rounds.clear();
        for (int i = 0; i < 20; i++) {
            wait.pick(0);
            rounds.add(roundsToProbe());
        }
        assertEquals(Set.of(62, 63), rounds);
    }

    @Test
    void theSameSeedGivesTheSameWait() {
        bdp(1000);
        wait.seed(42);
        wait.pick(0);
        int first = millisToProbe();
        wait.seed(42);
        wait.pick(0);
        assertFalse(wait.isOver((first - 1) * MILLI, model));
        assertEquals(first, millisToProbe());
    }
}
