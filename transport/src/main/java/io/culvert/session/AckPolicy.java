/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.observe.Incident;

/**
 * When an acknowledgment goes out: at least for every second full segment, at once on a hole, on filling one and on
 * FIN, otherwise within the delay (RFC 9293 3.8.6.3, RFC 5681 4.2).
 */
public final class AckPolicy {
    /** RFC 5961 section 7: challenge ACKs a second. */
    static final int CHALLENGE_ACKS_PER_SECOND = 10;
    /** Acknowledgments a second for segments outside the window or received before. */
    static final int DUPLICATE_ACKS_PER_SECOND = 100;
    /** Acknowledgments a second kept for the peer's probes. */
    private static final int PROBE_ACKS_PER_SECOND = 10;
    /** After so many segments the largest payload seen before them is forgotten. */
    private static final int RECENT_SEGMENTS = 64;
    /** So many segments after the last that came ahead of a hole, or again, the path counts as clean once more. */
    private static final int ROUGH_SEGMENTS = 1024;
    /** So many segments of a batch are worth an acknowledgment before its end: RFC 5681 4.2. */
    private static final int FIRST_STRIDE = 2;

    /** How often what should not have come is answered. */
    private static final class Limits {
        final RateLimit challenges = new RateLimit(CHALLENGE_ACKS_PER_SECOND);
        final RateLimit duplicates = new RateLimit(DUPLICATE_ACKS_PER_SECOND);
        final RateLimit probes = new RateLimit(PROBE_ACKS_PER_SECOND);
    }

    /** Made when the first such segment comes. */
    private Limits limits;
    private boolean due;
    private int aheadOfHole;
    private int unacknowledgedBytes;
    private int largestPayload;
    private int largestPayloadBefore;
    private int segmentsSeen;
    /** How many segments the path counts as rough for. */
    private int rough;
    private int sinceAck;
    /** Doubled by every acknowledgment before the end of the batch. */
    private int stride = FIRST_STRIDE;

    /** Whether a segment with an acknowledgment has to go out now. */
    public boolean isDue() {
        return due;
    }

    /** Whether what is due may wait until the application has answered: not in bulk, and not for what is ahead. */
    boolean mayWait() {
        return aheadOfHole == 0 && unacknowledgedBytes <= Handshake.INITIAL_WINDOW_BYTES;
    }

    /** An acknowledgment is owed at once. */
    public void ackNow() {
        due = true;
    }

    /**
     * A segment came ahead of a hole: RFC 5681 4.2 owes each a duplicate acknowledgment at once, for the peer counts
     * them; with SACK it counts bytes, and of a batch those in one block are told together.
     */
    void receivedAhead(boolean sackPermitted) {
        due = true;
        sinceAck++;
        rough = ROUGH_SEGMENTS;
        if (!sackPermitted) {
            aheadOfHole++;
        }
    }

    /** A segment has filled a hole, or the beginning of one, which is owed an acknowledgment like two others. */
    void filledHole() {
        due = true;
        sinceAck++;
    }

    /** Takes how many acknowledgments are owed: one for a batch, but one for each segment ahead of a hole. */
    int take() {
        int owed = Math.max(due ? 1 : 0, aheadOfHole);
        aheadOfHole = 0;
        stride = FIRST_STRIDE;
        return owed;
    }

    /**
     * Whether an acknowledgment is owed that cannot wait for the end of the batch. A path that loses segments loses
     * acknowledgments, and the only one of a small flight is the only one that keeps the peer from a timeout. So there
     * a batch has several, as if the segments had come one by one, though ever fewer the longer it gets.
     */
    boolean isDueEarly() {
        return due && rough > 0 && sinceAck >= stride;
    }

    /** One goes before the end of the batch; what comes after it is told at the end. */
    void takeEarly() {
        stride *= 2;
    }

    private Limits limits() {
        if (limits == null) {
            limits = new Limits();
        }
        return limits;
    }

    /** A challenge ACK is owed, if the limit of RFC 5961 allows one. */
    void challenge(Session session, long nowNanos) {
        if (limits().challenges.allows(nowNanos)) {
            session.counters.note(Incident.CHALLENGE_ACK);
            due = true;
        }
    }

    /**
     * An acknowledgment is owed for something that is not acceptable, within its own limit.
     *
     * @return whether the limit allows it
     */
    boolean duplicate(long nowNanos) {
        boolean allowed = limits().duplicates.allows(nowNanos);
        due |= allowed;
        rough = ROUGH_SEGMENTS;
        return allowed;
    }

    /**
     * The peer probes whether we are there, or our window. Its probes have a limit to themselves: segments that a
     * stranger makes up cannot number themselves so, and must not use up the answers that keep the session.
     *
     * @return whether a limit allows an answer
     */
    boolean probed(long nowNanos) {
        boolean allowed = limits().probes.allows(nowNanos);
        due |= allowed;
        return allowed || duplicate(nowNanos);
    }

    /** Whether a payload is as large as any lately. */
    boolean isFull(int bytes) {
        return bytes >= Math.max(largestPayload, largestPayloadBefore);
    }

    /** Payload came in order. */
    void received(Session session, int bytes, long nowNanos) {
        // what goes out from here on acknowledges more, and is no duplicate of what went before
        aheadOfHole = 0;
        sinceAck++;
        rough = Math.max(0, rough - 1);
        if (++segmentsSeen % RECENT_SEGMENTS == 0) {
            largestPayloadBefore = largestPayload;
            largestPayload = 0;
        }
        largestPayload = Math.max(largestPayload, bytes);
        unacknowledgedBytes += bytes;
        // RFC 5681 4.2: at least every second full-sized segment; as Linux, what is more than one is as good as two
        if (unacknowledgedBytes > Math.max(largestPayload, largestPayloadBefore) || stride > FIRST_STRIDE) {
            due = true;
        } else if (!session.timers.isSet(TimerKind.DELAYED_ACK)) {
            session.timers.set(TimerKind.DELAYED_ACK, nowNanos + session.config.delayedAckNanos);
        }
    }

    /** A segment that acknowledges everything received has gone out. */
    void sent(Session session) {
        due = false;
        sinceAck = 0;
        unacknowledgedBytes = 0;
        session.timers.stop(TimerKind.DELAYED_ACK);
        session.rcv.ackSent();
    }
}
