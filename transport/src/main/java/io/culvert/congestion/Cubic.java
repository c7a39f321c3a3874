/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/**
 * CUBIC (RFC 9438): after a loss the window grows by a cubic function of the time since, back to where the loss was,
 * stays there for a while and then probes; never less than Reno would reach. The first slow start is HyStart++
 * (RFC 9406). The session paces and, in fast recovery, reduces proportionally.
 */
public final class Cubic implements CongestionController {
    private int smss;
    private final long initialWindow;

    /** Of bytes: what one acknowledgment adds is often less than one. */
    private double cwnd;
    private long ssthresh = Long.MAX_VALUE;
    private final HyStart hyStart = new HyStart();
    /** {@code null} in the first slow start. */
    private CubicStage stage;
    /** Whether cwnd has yet to come down to ssthresh: the session does that until fast recovery ends. */
    private boolean reducing;

    /** Up to when time has been counted, or left out, as t of the stage. */
    private long countedNanos;
    private boolean cwndLimited = true;
    /** The flight that the latest acknowledgment was a part of. */
    private long flightBytes;

    // RFC 9438 4.9: what the latest reduction took away, should it prove spurious
    private double undoCwnd;
    private long undoSsthresh;
    /** {@code null} before the first reduction. */
    private CubicStage undoStage;
    private long undoNanos;

    /**
     * A controller in slow start.
     *
     * @param smss the sender's maximum segment size in bytes
     * @param initialWindow the initial window in bytes
     */
    public Cubic(int smss, long initialWindow) {
        this.smss = smss;
        this.initialWindow = initialWindow;
        this.cwnd = initialWindow;
    }

    @Override
    public long congestionWindow() {
        return (long) cwnd;
    }

    @Override
    public long slowStartThreshold() {
        return ssthresh;
    }

    @Override
    public void onSent(long nowNanos, long inFlightBytes, boolean appLimited) {
        if (inFlightBytes == 0) {
            // RFC 9438 5.8: t does not include idle periods
            leaveOut(nowNanos);
        }
    }

    @Override
    public void onAcknowledged(AckSample sample) {
        if (sample.isInRecovery() || !sample.isInOrder()) {
            return;
        }
        cwndLimited = sample.isCwndLimited();
        if (sample.transmitInFlightBytes() > 0) {
            flightBytes = sample.transmitInFlightBytes();
        }
        if (!cwndLimited) {
            // RFC 9438 5.8: nor those in which the application leaves the window unused
            leaveOut(sample.nowNanos());
            return;
        }
        countedNanos = sample.nowNanos();
        long left = sample.newlyAckedBytes();
        if (cwnd < ssthresh) {
            left = slowStart(sample);
        }
        if (left > 0) {
            cwnd = stage().grow(cwnd, left, sample.nowNanos(), sample.smoothedRttNanos(), smss);
        }
    }

    private CubicStage stage() {
        if (stage == null) {
            stage = new CubicStage();
        }
        return stage;
    }

    private void leaveOut(long nowNanos) {
        if (stage != null) {
            stage.leaveOut(nowNanos - countedNanos);
        }
        countedNanos = nowNanos;
    }

    /** Returns the bytes acknowledged that are left for congestion avoidance. */
    private long slowStart(AckSample sample) {
        long acked = sample.newlyAckedBytes();
        if (ssthresh < Long.MAX_VALUE) {
            // RFC 9406 4.3: later slow starts are standard ones, as they know where to end
            double step = Math.min(acked, ssthresh - cwnd);
            cwnd += step;
            return (long) (acked - step);
        }
        hyStart.onAcknowledged(sample);
        if (!hyStart.isFinished()) {
            cwnd += hyStart.increase(acked);
            return 0;
        }
        // RFC 9406 4.2
        ssthresh = (long) cwnd;
        return acked;
    }

    @Override
    public void onCongestionEvent(long nowNanos, long inFlightBytes) {
        remember(nowNanos);
        reduce(inFlightBytes);
        reducing = true;
    }

    @Override
    public void onRecoveryExit(long nowNanos, long inFlightBytes) {
        if (reducing) {
            // RFC 9438 4.6; the stage begins here, with the acknowledgment that ended recovery
            cwnd = ssthresh;
            reducing = false;
        }
    }

    @Override
    public void onRetransmissionTimeout(long nowNanos, long inFlightBytes, boolean first) {
        if (first) {
            if (reducing) {
                // what fast recovery was to reduce is reduced now, and not again for the same window of data
                cwnd = ssthresh;
                reducing = false;
                remember(nowNanos);
            } else {
                remember(nowNanos);
                reduce(inFlightBytes);
            }
        }
        stage().onRetransmissionTimeout();
        // RFC 9438 4.8 as RFC 5681 3.1: the loss window is one segment
        cwnd = smss;
    }

    private void reduce(long inFlightBytes) {
        stage().onCongestionEvent(cwnd);
        // RFC 9438 4.6: cwnd may stand for flight_size, which is smaller just because ACKs were late or data were lost,
        // if the window grows only when used. RFC 7661 4.4.1: but an unused window says nothing of the path
        double window = cwndLimited ? cwnd : Math.min(cwnd, Math.max(inFlightBytes, flightBytes));
        ssthresh = Math.max(Math.round(CubicStage.BETA * window), 2L * smss);
    }

    private void remember(long nowNanos) {
        undoCwnd = cwnd;
        undoSsthresh = ssthresh;
        if (undoStage == null) {
            undoStage = new CubicStage();
        }
        undoStage.copy(stage());
        undoNanos = nowNanos;
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        // RFC 9438 4.9: a window that has meanwhile passed the old one stays
        if (!reducing && cwnd >= undoCwnd) {
            return;
        }
        cwnd = undoCwnd;
        ssthresh = undoSsthresh;
        stage().copy(undoStage);
        // RFC 9438 4.2: the window did not follow W_cubic(t) in between, which must not leap now
        stage.leaveOut(nowNanos - undoNanos);
        countedNanos = nowNanos;
        reducing = false;
    }

    @Override
    public void onRestartAfterIdle(long nowNanos) {
        if (cwnd > initialWindow) {
            // RFC 5681 4.1: the restart window
            cwnd = initialWindow;
            stage().end();
        }
    }

    @Override
    public void segmentBytes(int bytes) {
        smss = bytes;
        cwnd = Math.max(cwnd, bytes);
        ssthresh = Math.max(ssthresh, 2L * bytes);
    }
}
