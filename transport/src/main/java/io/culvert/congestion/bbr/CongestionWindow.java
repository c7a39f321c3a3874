/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** C.cwnd: grows by what is acknowledged up to what the model calls for, and stays within its bounds. */
final class CongestionWindow {
    private final PathModel model;
    private final Transport transport;
    /** BBR.prior_cwnd: the latest window that neither loss recovery nor ProbeRTT has cut. */
    private long priorCwnd;
    /** InLossRecovery(): fast recovery, or the recovery of a retransmission timeout. */
    boolean inLossRecovery;

    CongestionWindow(PathModel model) {
        this.model = model;
        this.transport = model.transport;
    }

    /** SaveCwnd(). */
    void save() {
        priorCwnd = inLossRecovery || model.state == BbrState.PROBE_RTT
                ? Math.max(priorCwnd, transport.cwnd)
                : transport.cwnd;
    }

    /** RestoreCwnd(). */
    void restore() {
        transport.cwnd = Math.max(transport.cwnd, priorCwnd);
    }

    /** SetCwnd(). */
    void set() {
        long maxInflight = model.maxInflight();
        long newlyAcked = model.sample.newlyAcked;
        if (model.fullBandwidth.fullBwReached) {
            transport.cwnd = Math.min(transport.cwnd + newlyAcked, maxInflight);
        } else if (transport.cwnd < maxInflight || transport.delivered < transport.initialCwnd) {
            transport.cwnd += newlyAcked;
        }
        transport.cwnd = Math.max(transport.cwnd, transport.minPipeCwnd());
        bound();
    }

    /** BoundCwndForProbeRTT() and BoundCwndForModel(). */
    void bound() {
        BbrState state = model.state;
        if (state == BbrState.PROBE_RTT) {
            transport.cwnd = Math.min(transport.cwnd, probeRttCwnd());
        }
        long cap = LongTermModel.INFINITY;
        if (state == BbrState.PROBE_RTT || state == BbrState.PROBE_BW_CRUISE) {
            cap = model.inflightWithHeadroom();
        } else if (state.isProbeBw()) {
            cap = model.longTerm.inflightLongterm;
        }
        cap = Math.max(Math.min(cap, model.shortTerm.inflightShortterm), transport.minPipeCwnd());
        transport.cwnd = Math.min(transport.cwnd, cap);
    }

    /** ProbeRTTCwnd(). */
    long probeRttCwnd() {
        return Math.max(model.bdpMultiple(model.bw, BbrState.PROBE_RTT.cwndGain), transport.minPipeCwnd());
    }
}
