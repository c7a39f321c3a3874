/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** BBR.inflight_longterm: the most in flight that probes have found to lose an acceptable share. */
final class LongTermModel {
    static final long INFINITY = Long.MAX_VALUE;
    /** BBR.Headroom. */
    private static final double HEADROOM = 0.15;
    private static final int STEEPEST = 30;

    long inflightLongterm = INFINITY;
    private int bwProbeUpRounds;
    private long bwProbeUpAcked;
    private long probeUpAckedPerInc = INFINITY;

    /** InflightWithHeadroom(): what leaves some of the bottleneck free for other flows. */
    long inflightWithHeadroom(Transport transport) {
        if (inflightLongterm == INFINITY) {
            return INFINITY;
        }
        long headroom = Math.max(transport.smss, (long) (HEADROOM * inflightLongterm));
        return Math.max(inflightLongterm - headroom, transport.minPipeCwnd());
    }

    /** Growth begins anew, with one SMSS in the first round trip. */
    void restartGrowth() {
        bwProbeUpRounds = 0;
        bwProbeUpAcked = 0;
    }

    void stopGrowth() {
        probeUpAckedPerInc = INFINITY;
    }

    /** RaiseInflightLongtermSlope(): twice the growth of the round trip before. */
    void raiseSlope(Transport transport) {
        long growthThisRound = 1L << bwProbeUpRounds;
        bwProbeUpRounds = Math.min(bwProbeUpRounds + 1, STEEPEST);
        probeUpAckedPerInc = Math.max(transport.cwnd / growthThisRound, transport.smss);
    }

    /** What AdaptLongTermModel() does when the loss rate is safe. */
    void raise(PathModel model) {
        if (inflightLongterm == INFINITY) {
            return;
        }
        inflightLongterm = Math.max(inflightLongterm, model.sample.txInFlight);
        if (model.state == BbrState.PROBE_BW_UP) {
            probeUpward(model);
        }
    }

    /** ProbeInflightLongtermUpward(). */
    private void probeUpward(PathModel model) {
        Transport transport = model.transport;
        if (!transport.isCwndLimited || transport.cwnd < inflightLongterm) {
            return;
        }
        bwProbeUpAcked += model.sample.newlyAcked;
        if (bwProbeUpAcked >= probeUpAckedPerInc) {
            long delta = bwProbeUpAcked / probeUpAckedPerInc;
            bwProbeUpAcked -= delta * probeUpAckedPerInc;
            inflightLongterm += delta * transport.smss;
        }
        if (model.round.roundStart) {
            raiseSlope(transport);
        }
    }

    /** The reduction of HandleInflightTooHigh(). */
    void lower(PathModel model) {
        inflightLongterm = Math.max(model.sample.txInFlight,
                (long) (model.targetInflight() * ShortTermModel.BETA));
    }
}
