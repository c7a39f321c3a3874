/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** What a loss episode takes away, should it prove spurious: the draft's undo state. */
final class Undo {
    private final PathModel model;
    private final ProbeBandwidth probeBandwidth;
    private final CongestionWindow window;
    /** The state that the episode has made BBR leave, or null. */
    private BbrState undoState;
    private long undoBwShortterm;
    private long undoInflightShortterm;
    private long undoInflightLongterm;

    Undo(PathModel model, ProbeBandwidth probeBandwidth, CongestionWindow window) {
        this.model = model;
        this.probeBandwidth = probeBandwidth;
        this.window = window;
    }

    /** SaveStateUponLoss(). */
    void save() {
        window.save();
        undoState = null;
        undoBwShortterm = model.shortTerm.bwShortterm;
        undoInflightShortterm = model.shortTerm.inflightShortterm;
        undoInflightLongterm = model.longTerm.inflightLongterm;
    }

    /** Loss makes BBR leave a state in which it probed. */
    void leaving(BbrState state) {
        undoState = state;
    }

    /** HandleSpuriousLossDetection(). */
    void restore() {
        window.restore();
        model.shortTerm.isLossInRound = false;
        model.fullBandwidth.reset(0);
        model.shortTerm.bwShortterm = Math.max(model.shortTerm.bwShortterm, undoBwShortterm);
        model.shortTerm.inflightShortterm = Math.max(model.shortTerm.inflightShortterm, undoInflightShortterm);
        model.longTerm.inflightLongterm = Math.max(model.longTerm.inflightLongterm, undoInflightLongterm);
        boolean probesRtt = model.state == BbrState.PROBE_RTT;
        if (undoState == BbrState.STARTUP && model.state != BbrState.STARTUP) {
            model.fullBandwidth.fullBwReached = false;
            if (!probesRtt) {
                model.state = BbrState.STARTUP;
            }
        } else if (undoState == BbrState.PROBE_BW_UP && model.state != BbrState.PROBE_BW_UP && !probesRtt) {
            probeBandwidth.startRefill();
        }
        undoState = null;
    }
}
