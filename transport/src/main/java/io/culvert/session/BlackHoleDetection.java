/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * Tells a path that swallows large segments from one that loses segments of any size: RFC 8899 section 4.3, RFC 4821
 * section 7.7. A segment is large if it is longer than BASE_PLPMTU.
 *
 * <p>Evidence is a run of large segments sent, none of which has arrived, though the retransmission timer says that
 * they should have. What leaves at one instant counts once, for one acknowledgment may answer it all. At a loss of 15
 * % in both directions it goes unanswered with a probability of 0.28, so that a run of {@link #RUN} is chance once in
 * five million times, and timeouts have to come with it. A run is not always to be had: a session may have little to
 * send, or a small window. From the third timeout in a row on, the path is suspected, and what is sent again is sent
 * small. That gets a session on which every large segment is lost from one timeout to the next; its new segments stay
 * large and make the run longer.
 */
final class BlackHoleDetection {
    /** So often in a row large segments are not lost by chance. */
    static final int RUN = 12;
    /** Timeouts in a row from which on the path is suspected: Linux's {@code tcp_retries1}. */
    static final int SUSPICIOUS_TIMEOUTS = 3;

    /** How often large segments were sent, none of which seems to have arrived. */
    private int run;
    private long lastSentNanos;
    /** How often the timer expired for one of them: those are certainly not acknowledged. */
    private int timeouts;
    private boolean suspected;

    /** A large segment has been sent. */
    void largeSent(long nowNanos) {
        if (run == 0 || nowNanos != lastSentNanos) {
            run++;
            lastSentNanos = nowNanos;
        }
    }

    /** A large segment has arrived at the peer. */
    void largeDelivered() {
        run = 0;
        timeouts = 0;
        suspected = false;
    }

    /**
     * Something may have arrived at the peer behind SND.UNA: without SACK nobody tells what. What is left of the run
     * are the segments for which the timer expired.
     */
    void perhapsDelivered() {
        run = timeouts;
    }

    /** Whether what is sent again is to be sent small. */
    boolean isSuspected() {
        return suspected;
    }

    /**
     * The retransmission timer expired.
     *
     * @param large whether it did so for a large segment
     * @param inARow how often in a row it did, without anything acknowledged meanwhile
     * @return whether the path is a black hole for large segments; the next run then begins from nothing
     */
    boolean timedOut(boolean large, int inARow) {
        if (large) {
            timeouts++;
            run = Math.max(run, timeouts);
        }
        suspected |= run > 0 && inARow >= SUSPICIOUS_TIMEOUTS;
        if (suspected && run >= RUN) {
            largeDelivered();
            return true;
        }
        return false;
    }
}
