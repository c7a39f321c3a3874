/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/** Slow start and congestion avoidance of RFC 5681 section 3.1. */
public final class NewReno implements CongestionController {
    private int smss;
    private final long initialWindow;

    private long cwnd;
    private long ssthresh = Long.MAX_VALUE;
    /** Bytes acknowledged towards the next increase in congestion avoidance (RFC 3465 section 2.1). */
    private long bytesAcked;
    /** What the latest reduction took away, should it prove spurious. */
    private long priorCwnd;
    private long priorSsthresh;

    /**
     * A controller in slow start.
     *
     * @param smss the sender's maximum segment size in bytes
     * @param initialWindow the initial window in bytes
     */
    public NewReno(int smss, long initialWindow) {
        this.smss = smss;
        this.initialWindow = initialWindow;
        this.cwnd = initialWindow;
    }

    @Override
    public long congestionWindow() {
        return cwnd;
    }

    @Override
    public long slowStartThreshold() {
        return ssthresh;
    }

    @Override
    public void onAcknowledged(AckSample sample) {
        if (!sample.isCwndLimited() || sample.isInRecovery() || !sample.isInOrder()) {
            return;
        }
        long left = sample.newlyAckedBytes();
        if (cwnd < ssthresh) {
            // RFC 5681 3.1 with RFC 3465: slow start grows by the bytes acknowledged, up to ssthresh
            long step = Math.min(left, ssthresh - cwnd);
            cwnd += step;
            left -= step;
        }
        // RFC 3465 2.1: congestion avoidance grows by one SMSS for each window of bytes acknowledged
        bytesAcked += left;
        while (bytesAcked >= cwnd) {
            bytesAcked -= cwnd;
            cwnd += smss;
        }
    }

    @Override
    public void onCongestionEvent(long nowNanos, long flightSizeBytes) {
        remember();
        ssthresh = halved(flightSizeBytes);
        bytesAcked = 0;
    }

    @Override
    public void onRecoveryExit(long nowNanos, long inFlightBytes) {
        // RFC 6937: proportional rate reduction has brought the flight down to ssthresh
        cwnd = ssthresh;
    }

    @Override
    public void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first) {
        if (first) {
            remember();
            ssthresh = halved(flightSizeBytes);
        }
        // RFC 5681 3.1: the loss window is one segment
        cwnd = smss;
        bytesAcked = 0;
    }

    /** RFC 5681 3.1 equation (4); 3.2 step 2: what limited transmit has sent beyond cwnd does not count. */
    private long halved(long flightSizeBytes) {
        return Math.max(Math.min(flightSizeBytes, cwnd) / 2, 2L * smss);
    }

    private void remember() {
        priorCwnd = cwnd;
        priorSsthresh = ssthresh;
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        // RFC 4015 section 3.2
        cwnd = Math.max(cwnd, priorCwnd);
        ssthresh = Math.max(ssthresh, priorSsthresh);
    }

    @Override
    public void onRestartAfterIdle(long nowNanos) {
        // RFC 5681 4.1: the restart window
        cwnd = Math.min(cwnd, initialWindow);
    }

    @Override
    public void segmentBytes(int bytes) {
        smss = bytes;
    }
}
