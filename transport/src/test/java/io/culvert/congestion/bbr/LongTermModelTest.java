/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BBR.inflight_longterm. */
final class LongTermModelTest {
    private static final int SMSS = 1000;

    private final PathModel model =
            new PathModel(new Transport(SMSS, 10 * SMSS), new LossThreshold(LossThreshold.DEFAULT));
    private final LongTermModel longTerm = model.longTerm;

    @BeforeEach
    void probeAtTheBound() {
        model.state = BbrState.PROBE_BW_UP;
        longTerm.inflightLongterm = 100 * SMSS;
        model.transport.cwnd = 100 * SMSS;
        model.transport.isCwndLimited = true;
        longTerm.restartGrowth();
        longTerm.raiseSlope(model.transport);
    }

    private void acknowledge(int segments) {
        for (int i = 0; i < segments; i++) {
            model.sample.newlyAcked = SMSS;
            model.transport.cwnd = longTerm.inflightLongterm;
            longTerm.raise(model);
        }
    }

    private void startRound() {
        model.round.roundStart = true;
        acknowledge(1);
        model.round.roundStart = false;
    }

    // "in each successive round trip, BBR.inflight_longterm grows (in units of C.SMSS) by 1, 2, 4, 8, 16, etc"
    @Test
    void growthDoublesEachRoundTrip() {
        acknowledge(99);
        assertEquals(100 * SMSS, longTerm.inflightLongterm);
        startRound();
        assertEquals(101 * SMSS, longTerm.inflightLongterm);
        acknowledge(101);
        assertEquals(103 * SMSS, longTerm.inflightLongterm);
        startRound();
        acknowledge(102);
        assertEquals(107 * SMSS, longTerm.inflightLongterm);
    }

    @Test
    void doesNotGrowWhileItIsNotUsed() {
        model.transport.isCwndLimited = false;
        acknowledge(300);
        model.transport.isCwndLimited = true;
        model.transport.cwnd = 99 * SMSS;
        model.sample.newlyAcked = 300 * SMSS;
        longTerm.raise(model);
        assertEquals(100 * SMSS, longTerm.inflightLongterm);
    }

    @Test
    void followsAFlightThatWasLargerAndSafe() {
        model.state = BbrState.PROBE_BW_CRUISE;
        model.sample.txInFlight = 120 * SMSS;
        longTerm.raise(model);
        assertEquals(120 * SMSS, longTerm.inflightLongterm);
    }

    // InflightWithHeadroom(): 15 %, at least one SMSS, and never below BBR.MinPipeCwnd
    @Test
    void leavesHeadroom() {
        assertEquals(85 * SMSS, longTerm.inflightWithHeadroom(model.transport));
        longTerm.inflightLongterm = 6 * SMSS;
        assertEquals(5 * SMSS, longTerm.inflightWithHeadroom(model.transport));
        longTerm.inflightLongterm = 4 * SMSS;
        assertEquals(4 * SMSS, longTerm.inflightWithHeadroom(model.transport));
    }
}
