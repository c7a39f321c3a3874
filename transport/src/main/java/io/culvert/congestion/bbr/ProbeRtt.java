/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** ProbeRTT: half the BDP in flight for 200 ms and a round trip, so that queues drain and min_rtt shows. */
final class ProbeRtt {
    /** BBR.ProbeRTTDuration. */
    private static final long DURATION_NANOS = 200_000_000L;

    private final PathModel model;
    private final ProbeBandwidth probeBandwidth;
    private final CongestionWindow window;
    private boolean holding;
    private long probeRttDoneStamp;
    private boolean probeRttRoundDone;
    /** BBR.idle_restart. */
    private boolean idleRestart;
    /** Segments sent at C.delivered between these two were held back by ProbeRTT. */
    private long limitedFrom = Long.MAX_VALUE;
    private long limitedUntil = -1;

    ProbeRtt(PathModel model, ProbeBandwidth probeBandwidth, CongestionWindow window) {
        this.model = model;
        this.probeBandwidth = probeBandwidth;
        this.window = window;
    }

    void restartFromIdle() {
        idleRestart = true;
    }

    /** CheckProbeRTT(). */
    void check(long nowNanos) {
        if (model.state != BbrState.PROBE_RTT && model.minRtt.probeRttExpired && !idleRestart) {
            window.save();
            model.state = BbrState.PROBE_RTT;
            holding = false;
            limitedFrom = model.transport.delivered;
            probeBandwidth.awaitEndOfFeedback();
        }
        if (model.state == BbrState.PROBE_RTT) {
            handle(nowNanos);
        }
        if (model.sample.delivered > 0) {
            idleRestart = false;
        }
    }

    /** HandleProbeRTT(). */
    private void handle(long nowNanos) {
        // MarkConnectionAppLimited()
        limitedUntil = Math.max(model.transport.delivered + model.transport.inflight, 1);
        if (!holding) {
            if (model.transport.inflight <= window.probeRttCwnd()) {
                holding = true;
                probeRttDoneStamp = nowNanos + DURATION_NANOS;
                probeRttRoundDone = false;
                model.round.startRound(model.transport);
            }
            return;
        }
        probeRttRoundDone |= model.round.roundStart;
        if (probeRttRoundDone) {
            checkDone(nowNanos);
        }
    }

    /** CheckProbeRTTDone(). */
    void checkDone(long nowNanos) {
        if (!holding || nowNanos - probeRttDoneStamp <= 0) {
            return;
        }
        model.minRtt.scheduleProbeRtt(nowNanos);
        window.restore();
        model.shortTerm.reset();
        if (model.fullBandwidth.fullBwReached) {
            probeBandwidth.startDown(nowNanos);
            probeBandwidth.startCruise();
        } else {
            model.state = BbrState.STARTUP;
        }
    }

    /** Whether the newest segment acknowledged was sent while MarkConnectionAppLimited() was in force. */
    boolean limited(long priorDelivered) {
        return priorDelivered >= limitedFrom && priorDelivered <= limitedUntil;
    }
}
