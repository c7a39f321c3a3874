/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * The round trip of the bare path as the receiver of a stream sees it, who may send nothing that is acknowledged: the
 * smallest within a minute of the handshake's, of what echoed time stamps say (RFC 7323), and of the time in which one
 * window arrives. Linux smooths it; but a standing queue then makes the window grow, and the window the queue.
 */
final class ReceiverRtt {
    /** After so long a round trip that has not been seen again is forgotten: the path has changed. */
    static final long VALID_NANOS = 60_000_000_000L;

    private long rttNanos;
    private long seenNanos;
    private int lastEcho;
    private boolean echoed;
    private boolean timing;
    private int windowEnd;
    private long windowNanos;

    /** The round trip, 0 while it is not known. */
    long nanos() {
        return rttNanos;
    }

    /** A round trip was measured, the handshake's for one. */
    void onSample(long sampleNanos, long nowNanos) {
        if (rttNanos == 0 || sampleNanos <= rttNanos || nowNanos - seenNanos > VALID_NANOS) {
            rttNanos = sampleNanos;
            seenNanos = nowNanos;
        }
    }

    /**
     * A full segment echoes a time stamp of ours.
     *
     * @param elapsedNanos since we sent it
     */
    void onEcho(int echo, long elapsedNanos, long nowNanos) {
        // the same echo again is of the same round trip, only later
        if (elapsedNanos > 0 && (!echoed || echo != lastEcho)) {
            lastEcho = echo;
            echoed = true;
            onSample(elapsedNanos, nowNanos);
        }
    }

    /** Text has come in order: one window takes at least one round trip, so that only a shorter time is news. */
    void onText(int rcvNxt, int rightEdge, long nowNanos) {
        if (timing && rcvNxt - windowEnd < 0) {
            return;
        }
        long elapsed = Math.max(1, nowNanos - windowNanos);
        if (timing && (rttNanos == 0 || elapsed < rttNanos)) {
            onSample(elapsed, nowNanos);
        }
        timing = true;
        windowEnd = rightEdge;
        windowNanos = nowNanos;
    }
}
