/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.congestion.AckSample;
import io.culvert.congestion.CongestionController;

/** One rate, whatever is lost: for a line that nobody else uses. */
final class FixedRate implements CongestionController {
    private static final int LEAST_SEGMENTS = 10;

    private final long bytesPerSecond;
    private int smss;
    private long window;

    private FixedRate(long bytesPerSecond, int smss, long initialWindow) {
        this.bytesPerSecond = bytesPerSecond;
        this.smss = smss;
        this.window = initialWindow;
    }

    static Factory factory(long bytesPerSecond) {
        return (smss, initialWindow) -> new FixedRate(bytesPerSecond, smss, initialWindow);
    }

    @Override
    public long pacingRate() {
        return bytesPerSecond;
    }

    @Override
    public long congestionWindow() {
        return window;
    }

    @Override
    public long slowStartThreshold() {
        return window;
    }

    @Override
    public boolean reducesProportionally() {
        return false;
    }

    @Override
    public void onAcknowledged(AckSample sample) {
        // twice what a round trip carries: acknowledgments may come late, or many together
        long pathBytes = (long) (bytesPerSecond * (sample.smoothedRttNanos() / 1e9));
        window = Math.max(2 * pathBytes, (long) LEAST_SEGMENTS * smss);
    }

    @Override
    public void onCongestionEvent(long nowNanos, long flightSizeBytes) {
    }

    @Override
    public void onRecoveryExit(long nowNanos, long inFlightBytes) {
    }

    @Override
    public void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first) {
        // nothing comes back: one segment at a time asks, until one is acknowledged
        window = smss;
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
    }

    @Override
    public void onRestartAfterIdle(long nowNanos) {
    }

    @Override
    public void segmentBytes(int smss) {
        this.smss = smss;
        window = Math.max(window, smss);
    }
}
