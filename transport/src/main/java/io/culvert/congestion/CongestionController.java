/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import java.util.Locale;

/**
 * Decides how many bytes of one session may be in flight, and how fast they leave. One instance serves one session and
 * is called on its event loop only; it reads no clock and schedules nothing. All windows are in bytes, all times in
 * nanoseconds of the event loop's clock.
 *
 * <p>Loss detection is not its business: it is told what was lost, and when a loss episode begins and ends. For one
 * acknowledgment, or expiry of the reordering timer, the order of calls is: {@link #onLost} for each segment that it
 * shows to be lost, {@link #onSpuriousLoss} or {@link #onRecoveryExit} if an episode is undone or ends,
 * {@link #onCongestionEvent} if one begins, then {@link #onAcknowledged} if anything was delivered or lost. A
 * retransmission timeout is {@link #onLost} for each segment taken for lost, then {@link #onRetransmissionTimeout}.
 */
public interface CongestionController {
    /** What it is called where sessions are listed; the name of its class, unless it says otherwise. */
    default String name() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The congestion window cwnd in bytes, at least one SMSS. */
    long congestionWindow();

    /** The slow start threshold ssthresh in bytes, {@link Long#MAX_VALUE} as long as the first slow start lasts. */
    long slowStartThreshold();

    /**
     * How fast segments may leave, in bytes per second; 0 leaves it to the session, which then paces by
     * {@link #congestionWindow()} and the smoothed round trip: twice that rate in slow start up to half of
     * {@link #slowStartThreshold()}, 1.2 times afterwards.
     */
    default long pacingRate() {
        return 0;
    }

    /**
     * Whether proportional rate reduction (RFC 6937) governs what is sent in fast recovery, on the way to
     * {@link #slowStartThreshold()}. A controller that moves its own window there says no.
     */
    default boolean reducesProportionally() {
        return true;
    }

    /**
     * A segment is about to be sent.
     *
     * @param inFlightBytes bytes in flight without it
     * @param appLimited whether the flight is limited by what the application wrote
     */
    default void onSent(long nowNanos, long inFlightBytes, boolean appLimited) {
    }

    /** An acknowledgment has delivered something or shown a loss; in fast recovery, too. */
    void onAcknowledged(AckSample sample);

    /**
     * A segment is taken for lost. Probes of the path MTU are not reported.
     *
     * @param bytes its payload
     * @param transmitInFlightBytes bytes in flight just after it was sent, itself included
     * @param lostSinceTransmitBytes bytes taken for lost since it was sent, itself included
     * @param appLimited whether the flight was limited by what the application wrote when it was sent
     */
    default void onLost(long nowNanos, int bytes, long transmitInFlightBytes, long lostSinceTransmitBytes,
            boolean appLimited) {
    }

    /**
     * Fast recovery begins; called once an episode. A loss that a tail loss probe has repaired is an episode, too, and
     * ends at once (RFC 8985 section 7.4). Afterwards {@link #slowStartThreshold()} is the new target and, if
     * {@link #reducesProportionally()}, {@link #congestionWindow()} the window from which the session comes down to it.
     *
     * @param flightSizeBytes FlightSize of RFC 5681: bytes sent and not cumulatively acknowledged, before the
     *         acknowledgment that showed the loss
     */
    void onCongestionEvent(long nowNanos, long flightSizeBytes);

    /**
     * All data outstanding when fast recovery began has been acknowledged. Not called when a retransmission timeout has
     * taken the place of fast recovery.
     */
    void onRecoveryExit(long nowNanos, long inFlightBytes);

    /**
     * The retransmission timer expired.
     *
     * @param flightSizeBytes FlightSize of RFC 5681
     * @param first whether this is the first expiry for the oldest segment: later ones leave ssthresh as it is
     */
    void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first);

    /**
     * The latest congestion event or timeout was spurious (RFC 3522, RFC 5682, RFC 3708): what it took away is given
     * back, as RFC 4015 says. Called at most once for each.
     */
    void onSpuriousLoss(long nowNanos);

    /** Sending resumes after longer than one RTO without any (RFC 5681 section 4.1). */
    void onRestartAfterIdle(long nowNanos);

    /** The sender's maximum segment size has changed with the path's MTU. */
    void segmentBytes(int smss);

    /** Makes a controller for a session, on that one's event loop: a server's is called by several threads at once. */
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
