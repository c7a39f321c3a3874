/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;

import io.culvert.congestion.AckSample;
import io.culvert.congestion.CongestionController;

/**
 * A congestion window that stands where the script puts it, without pacing and without proportional rate reduction, so
 * that loss detection alone decides what leaves. Counts what it is told.
 */
final class FixedWindow implements CongestionController {
    private static final long NO_PACING = 1L << 50;

    long bytes;
    int congestionEvents;
    int recoveryExits;
    int timeouts;
    int spuriousLosses;

    FixedWindow(long bytes) {
        this.bytes = bytes;
    }

    /** Sets a script up with this window. */
    Setting setting() {
        Factory factory = (smss, initialWindow) -> this;
        return Setting.with(CONGESTION_CONTROL, factory);
    }

    @Override
    public long congestionWindow() {
        return bytes;
    }

    @Override
    public long slowStartThreshold() {
        return bytes;
    }

    @Override
    public long pacingRate() {
        return NO_PACING;
    }

    @Override
    public boolean reducesProportionally() {
        return false;
    }

    @Override
    public void onAcknowledged(AckSample sample) {
        // stands still
    }

    @Override
    public void onCongestionEvent(long nowNanos, long flightSizeBytes) {
        congestionEvents++;
    }

    @Override
    public void onRecoveryExit(long nowNanos, long inFlightBytes) {
        recoveryExits++;
    }

    @Override
    public void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first) {
        timeouts++;
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        spuriousLosses++;
    }

    @Override
    public void onRestartAfterIdle(long nowNanos) {
        // stands still
    }

    @Override
    public void segmentBytes(int smss) {
        // stands still
    }
}
