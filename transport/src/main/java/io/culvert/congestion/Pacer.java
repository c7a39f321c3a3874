/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/**
 * Spreads segments over time without a tick: at a rate, in trains whose length follows it. A train is what the rate
 * carries in a millisecond, or in an eighth of the round trip if that is less, in whole segments, at most the quantum
 * but at least two; after it nothing leaves until the time has come for the next.
 */
public final class Pacer {
    /** As Linux sizes its segmentation trains ({@code tcp_tso_autosize}): what a millisecond carries. */
    private static final long TRAIN_NANOS = 1_000_000L;
    private static final int ROUND_TRIP_SHARE = 8;
    private static final int LEAST_TRAIN_SEGMENTS = 2;
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Linux {@code tcp_pacing_ss_ratio} and {@code tcp_pacing_ca_ratio}. */
    private static final double SLOW_START_GAIN = 2;
    private static final double AVOIDANCE_GAIN = 1.2;

    /** How late a timer of the event loop may come. */
    private long timerNanos;
    private boolean started;
    private long nextNanos;
    private double bytesPerNano;
    private long trainNanos;
    private int segmentBytes;
    private long segmentNanos;
    private boolean waiting;

    /** Sets how late a timer of the event loop may come. */
    public void timerNanos(long nanos) {
        timerNanos = nanos;
    }

    /**
     * Takes the rate for the transmission that begins.
     *
     * @param smoothedRttNanos SRTT
     * @param quantumBytes the most that may leave at once, if it is two segments at least
     */
    public void begin(CongestionController congestion, long smoothedRttNanos, int smss, int quantumBytes,
            long nowNanos) {
        bytesPerNano = rate(congestion, smoothedRttNanos);
        long shareNanos = Math.min(TRAIN_NANOS, smoothedRttNanos / ROUND_TRIP_SHARE);
        double trainBytes = Math.min(quantumBytes, bytesPerNano * shareNanos);
        long segments = Math.max(LEAST_TRAIN_SEGMENTS, (long) (trainBytes / smss));
        segmentNanos = Math.round(smss / bytesPerNano);
        segmentBytes = smss;
        trainNanos = segments * segmentNanos;
        // a timer that comes late is made up for, as far as the quantum allows
        long spareBytes = Math.max(0, quantumBytes - segments * smss);
        long creditNanos = Math.min(Math.max(shareNanos, timerNanos), (long) (spareBytes / bytesPerNano));
        if (!started || nowNanos - nextNanos > creditNanos) {
            started = true;
            waiting = false;
            nextNanos = nowNanos - creditNanos;
        }
    }

    private static double rate(CongestionController congestion, long smoothedRttNanos) {
        long given = congestion.pacingRate();
        if (given > 0) {
            return (double) given / SECOND_NANOS;
        }
        long cwnd = congestion.congestionWindow();
        // as in Linux, slow start near its end is paced as avoidance
        boolean slowStart = cwnd < congestion.slowStartThreshold() / 2;
        return (slowStart ? SLOW_START_GAIN : AVOIDANCE_GAIN) * cwnd / Math.max(1, smoothedRttNanos);
    }

    private long nanos(int bytes) {
        return bytes == segmentBytes ? segmentNanos : Math.round(bytes / bytesPerNano);
    }

    /** Whether so many bytes may leave now: until the train is full, then once the time of the next has come. */
    public boolean allows(int bytes, long nowNanos) {
        long aheadNanos = nextNanos - nowNanos;
        waiting = aheadNanos > 0 && (waiting || aheadNanos + nanos(bytes) > trainNanos);
        return !waiting;
    }

    /** A segment left. */
    public void onSent(int bytes) {
        nextNanos += nanos(bytes);
    }

    /** The rate of the latest transmission that was paced, 0 before there was one. */
    public long bytesPerSecond() {
        return (long) (bytesPerNano * SECOND_NANOS);
    }

    /** When the next train may leave. */
    public long nextNanos() {
        return nextNanos;
    }
}
