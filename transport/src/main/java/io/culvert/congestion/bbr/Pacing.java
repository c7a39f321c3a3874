/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** C.pacing_rate, the bandwidth times the state's gain less a margin, and C.send_quantum, which follows from it. */
final class Pacing {
    /** What BBR.PacingMarginPercent = 1 leaves. */
    private static final double WITHIN_MARGIN = 0.99;
    private static final long NOMINAL_RTT_NANOS = 1_000_000;
    private static final long QUANTUM_NANOS = 1_000_000;
    private static final long MAX_QUANTUM = 64 * 1024;

    private final PathModel model;
    private final Transport transport;
    private boolean hasSeenRtt;

    Pacing(PathModel model) {
        this.model = model;
        this.transport = model.transport;
        init(NOMINAL_RTT_NANOS);
    }

    /** InitPacingRate(): at 1 ms a round trip when the session begins, and once more with its first measurement. */
    private void init(long srttNanos) {
        double nominalBandwidth = transport.initialCwnd * 1e9 / srttNanos;
        transport.pacingRate = Math.max(1, (long) (BbrState.STARTUP.pacingGain * nominalBandwidth));
    }

    /** SetPacingRate() and SetSendQuantum(). */
    void set(long srttNanos) {
        if (!hasSeenRtt && srttNanos > 0) {
            hasSeenRtt = true;
            init(srttNanos);
        }
        setRateWithGain(model.state.pacingGain);
        long quantum = Math.min(PathModel.volume(transport.pacingRate, QUANTUM_NANOS), MAX_QUANTUM);
        transport.sendQuantum = Math.max(quantum, 2L * transport.smss);
    }

    /** SetPacingRateWithGain(). */
    void setRateWithGain(double pacingGain) {
        long rate = (long) (pacingGain * model.bw * WITHIN_MARGIN);
        if (rate > 0 && (model.fullBandwidth.fullBwReached || rate > transport.pacingRate)) {
            transport.pacingRate = rate;
        }
    }
}
