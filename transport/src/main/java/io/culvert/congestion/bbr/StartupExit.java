/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** The ways out of Startup, by a plateau of the bandwidth or by loss, and Drain, the state behind it. */
final class StartupExit {
    /** BBRStartupFullLossCnt. */
    private static final int FULL_LOSS_CNT = 6;
    private static final int DRAIN_ROUNDS = 3;

    private final PathModel model;
    private final Undo undo;
    /** Acknowledgments that showed a loss, as Linux counts: the samples do not tell which ranges were contiguous. */
    private int lossEventsInRound;
    private long recoveryDelivered;
    private long drainStartRound;

    StartupExit(PathModel model, Undo undo) {
        this.model = model;
        this.undo = undo;
    }

    /** Fast recovery begins. */
    void recoveryBegins() {
        recoveryDelivered = model.transport.delivered;
    }

    /** CheckStartupDone(). */
    void checkStartupDone(boolean newlyLost, boolean inFastRecovery) {
        if (model.state != BbrState.STARTUP) {
            return;
        }
        checkHighLoss(newlyLost, inFastRecovery);
        if (model.fullBandwidth.fullBwReached) {
            model.state = BbrState.DRAIN;
            drainStartRound = model.round.roundCount;
        }
    }

    /** CheckStartupHighLoss(). */
    private void checkHighLoss(boolean newlyLost, boolean inFastRecovery) {
        if (newlyLost) {
            lossEventsInRound++;
        }
        if (!model.shortTerm.lossRoundStart) {
            return;
        }
        boolean roundInRecovery = inFastRecovery && model.sample.priorDelivered >= recoveryDelivered;
        if (roundInRecovery && lossEventsInRound >= FULL_LOSS_CNT && model.isInflightTooHigh()) {
            undo.leaving(BbrState.STARTUP);
            model.fullBandwidth.reached();
            model.longTerm.inflightLongterm = Math.max(model.bdpMultiple(model.bw, 1),
                    model.shortTerm.inflightLatest);
        }
        lossEventsInRound = 0;
    }

    /** CheckDrainDone(): whether ProbeBW is to be entered. */
    boolean isDrainDone() {
        return model.state == BbrState.DRAIN
                && (model.transport.inflight <= model.inflight(model.bw, 1)
                        || model.round.roundCount > drainStartRound + DRAIN_ROUNDS);
    }
}
