/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** "Exiting Startup Based on Packet Loss" and CheckDrainDone(). */
final class StartupExitTest {
    private static final int SMSS = 1000;

    private final PathModel model =
            new PathModel(new Transport(SMSS, 10 * SMSS), new LossThreshold(LossThreshold.DEFAULT));
    private final StartupExit exit = new StartupExit(model,
            new Undo(model, new ProbeBandwidth(model), new CongestionWindow(model)));

    @BeforeEach
    void loseTenOfAHundredInRecovery() {
        model.transport.delivered = 500 * SMSS;
        exit.recoveryBegins();
        model.sample.priorDelivered = 500 * SMSS;
        model.sample.txInFlight = 100 * SMSS;
        model.sample.lost = 10 * SMSS;
    }

    /** A loss round that ends with the last of so many acknowledgments which show a loss. */
    private void lossRound(int lossEvents, boolean inFastRecovery) {
        for (int i = 1; i <= lossEvents; i++) {
            model.shortTerm.lossRoundStart = i == lossEvents;
            exit.checkStartupDone(true, inFastRecovery);
        }
    }

    @Test
    void sixLossesAboveTheThresholdInARoundTripOfRecoveryEndStartup() {
        model.shortTerm.inflightLatest = 90 * SMSS;
        lossRound(6, true);
        assertEquals(BbrState.DRAIN, model.state);
        assertTrue(model.fullBandwidth.fullBwReached);
        assertEquals(90 * SMSS, model.longTerm.inflightLongterm);
    }

    @Test
    void fiveLossesDoNot() {
        lossRound(5, true);
        lossRound(5, true);
        assertEquals(BbrState.STARTUP, model.state);
    }

    @Test
    void lossesBelowTheThresholdDoNot() {
        model.sample.txInFlight = 1000 * SMSS;
        lossRound(10, true);
        assertEquals(BbrState.STARTUP, model.state);
    }

    @Test
    void lossesOutsideRecoveryDoNot() {
        lossRound(10, false);
        assertEquals(BbrState.STARTUP, model.state);
    }

    @Test
    void recoveryHasToHaveLastedARoundTrip() {
        model.sample.priorDelivered = 499 * SMSS;
        lossRound(10, true);
        assertEquals(BbrState.STARTUP, model.state);
    }

    // "Exiting DRAIN Based on Time": BBR.round_count > BBR.drain_start_round + 3
    @Test
    void drainEndsAfterThreeRoundTripsEvenIfTheQueueIsNotGone() {
        model.round.roundCount = 10;
        model.fullBandwidth.reached();
        exit.checkStartupDone(false, false);
        assertEquals(BbrState.DRAIN, model.state);
        model.transport.inflight = 1000 * SMSS;
        for (int round = 10; round <= 13; round++) {
            model.round.roundCount = round;
            assertFalse(exit.isDrainDone());
        }
        model.round.roundCount = 14;
        assertTrue(exit.isDrainDone());
    }
}
