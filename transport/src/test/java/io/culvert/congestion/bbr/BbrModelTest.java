/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of a path's capacity BBR uses, in the model of one flow. */
final class BbrModelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SMSS = 1448;
    /** Coarser for a fast link, so that its flows are quickly told. */
    private static final int LARGE = 4 * SMSS;

    @ParameterizedTest(name = "{0} of random loss")
    @CsvSource({"0, 0.95", "0.001, 0.92", "0.01, 0.90"})
    void usesThePathInSpiteOfRandomLoss(double lossRate, double atLeast) {
        for (long seed = 1; seed <= 2; seed++) {
            ModelFlow flow = new ModelFlow(Bbr.factory(), 100, 50, lossRate, SMSS, seed);
            flow.runUntil(20 * SECOND);
            double utilization = flow.utilization();
            assertTrue(utilization >= atLeast, () -> "only " + utilization + " of capacity");
        }
    }

    @Test
    void aRaisedThresholdBearsFivePercentOfLoss() {
        ModelFlow flow = new ModelFlow(Bbr.factory(0.2), 100, 50, 0.05, SMSS, 1);
        flow.runUntil(20 * SECOND);
        double utilization = flow.utilization();
        assertTrue(utilization >= 0.82, () -> "only " + utilization + " of capacity");
    }

    // "BBR.LossThresh=2%" is a limit: the model knows what lies beyond it
    @Test
    void theDraftsThresholdGivesWayToFivePercentOfLoss() {
        ModelFlow flow = new ModelFlow(Bbr.factory(), 100, 50, 0.05, SMSS, 1);
        flow.runUntil(20 * SECOND);
        double utilization = flow.utilization();
        assertTrue(utilization < 0.3, () -> "as much as " + utilization + " of capacity");
    }

    @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
    @CsvSource({"10, 20", "10, 50", "10, 100", "10, 200", "100, 1", "100, 20", "100, 50", "100, 100", "100, 200",
            "1000, 1", "1000, 20", "1000, 50"})
    void oneFlowFillsThePathAndNotTheQueue(int megabits, int rttMillis) {
        ModelFlow flow = new ModelFlow(Bbr.factory(), megabits, rttMillis, 0, megabits < 1000 ? SMSS : LARGE, 1);
        flow.runUntil(3 * SECOND);
        long before = flow.deliveredBytes();
        flow.runUntil(13 * SECOND);
        double utilization = (flow.deliveredBytes() - before) / (10 * megabits * 125_000.0);
        assertTrue(utilization >= 0.95, () -> "only " + utilization + " of capacity");
        double queue = flow.averageQueue() / flow.bdp();
        assertTrue(queue <= 0.5, () -> "a queue of " + queue + " BDP");
    }

    @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
    @CsvSource({"10, 20", "10, 200", "100, 20", "100, 50", "100, 200", "1000, 1", "1000, 50", "1000, 100"})
    void startupReachesTheRateInLogarithmicTime(int megabits, int rttMillis) {
        ModelFlow flow = new ModelFlow(Bbr.factory(), megabits, rttMillis, 0, SMSS, 1);
        double target = 0.8 * flow.bdp();
        int rounds = (int) Math.ceil(Math.log(target / flow.initialWindow()) / Math.log(2)) + 4;
        long roundTrip = rttMillis * 1_000_000L;
        flow.runUntil((rounds - 1) * roundTrip);
        long before = flow.deliveredBytes();
        flow.runUntil(rounds * roundTrip);
        long delivered = flow.deliveredBytes() - before;
        assertTrue(delivered >= target, () -> delivered + " bytes in round trip " + rounds + " of a BDP of "
                + flow.bdp());
    }

    @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
    @CsvSource({"10, 20", "10, 50", "100, 1", "100, 20", "1000, 20"})
    void onePercentOfLossIsNoReasonToSlowDownOnAnyPath(int megabits, int rttMillis) {
        ModelFlow flow = new ModelFlow(Bbr.factory(), megabits, rttMillis, 0.01, megabits < 1000 ? SMSS : LARGE, 2);
        flow.runUntil(12 * SECOND);
        double utilization = flow.utilization();
        assertTrue(utilization >= 0.90, () -> "only " + utilization + " of capacity");
    }

    @Test
    void theSameCallsGiveTheSameFlow() {
        ModelFlow one = new ModelFlow(Bbr.factory(), 10, 20, 0.01, SMSS, 7);
        ModelFlow other = new ModelFlow(Bbr.factory(), 10, 20, 0.01, SMSS, 7);
        one.runUntil(10 * SECOND);
        other.runUntil(10 * SECOND);
        assertEquals(one.deliveredBytes(), other.deliveredBytes());
        assertEquals(one.lostBytes(), other.lostBytes());
    }
}
