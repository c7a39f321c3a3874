/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/**
 * Decides how many bytes of one session may be in flight. One instance serves one session and is called on its event
 * loop only; it reads no clock and schedules nothing. All windows are in bytes, all times in nanoseconds of the event
 * loop's clock.
 *
 * <p>Loss detection is not its business: it is told when a loss episode begins and ends.
 */
public interface CongestionController {
    /** The congestion window cwnd in bytes, at least one SMSS. */
    long congestionWindow();

    /** The slow start threshold ssthresh in bytes, {@link Long#MAX_VALUE} until the first congestion event. */
    long slowStartThreshold();

    /**
     * New data was acknowledged outside of loss recovery.
     *
     * @param nowNanos when
     * @param ackedBytes bytes newly acknowledged, counted as RFC 3465 does, at least 1
     * @param cwndLimited whether the window, and not the application, was what limited sending (RFC 7661)
     */
    void onAcknowledged(long nowNanos, long ackedBytes, boolean cwndLimited);

    /**
     * A loss was detected and fast recovery begins; called once an episode.
     *
     * @param flightSize bytes sent and not acknowledged
     */
    void onCongestionEvent(long nowNanos, long flightSize);

    /** All data outstanding when fast recovery began has been acknowledged. */
    void onRecoveryExit(long nowNanos, long flightSize);

    /**
     * The retransmission timer expired.
     *
     * @param first whether this is the first expiry for the oldest segment: later ones leave ssthresh as it is
     */
    void onRetransmissionTimeout(long nowNanos, long flightSize, boolean first);

    /** Sending resumes after longer than one RTO without any (RFC 5681 section 4.1). */
    void onRestartAfterIdle(long nowNanos);

    /** Makes a controller for a session. */
    @FunctionalInterface
    interface Factory {
        /**
         * Makes a controller.
         *
         * @param smss the sender's maximum segment size in bytes
         * @param initialWindow the initial window in bytes (RFC 6928, or 1 SMSS after a retransmitted SYN)
         */
        CongestionController create(int smss, long initialWindow);
    }
}
