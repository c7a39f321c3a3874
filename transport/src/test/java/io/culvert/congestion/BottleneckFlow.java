/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A toy of one sender that always has data, one drop-tail bottleneck whose buffer is one bandwidth-delay product, and a
 * receiver that acknowledges every segment selectively. Losses are detected as RACK would (RFC 8985), recovery is
 * proportional (RFC 6937) and sending paced, as a {@link CongestionController} is promised. Nothing is reordered, so
 * that the flight is a queue. It says roughly what a controller makes of a path, and quickly.
 */
final class BottleneckFlow {
    static final int SMSS = 1448;
    static final long INITIAL_WINDOW = 10 * SMSS;

    private static final int RING = 1 << 16;
    private static final long NEVER = Long.MAX_VALUE;

    private final CongestionController controller;
    private final long baseRttNanos;
    private final double nanosPerSegment;
    private final double buffer;
    private final BooleanSupplier loss;

    private long now;
    private double linkFreeAt;

    /** The flight in the order of sending: when its ACK comes ({@link #NEVER} if lost), and what the ACK says. */
    private final long[] ackedAt = new long[RING];
    private final long[] sentAt = new long[RING];
    private final long[] priorDelivered = new long[RING];
    private final long[] transmitInFlight = new long[RING];
    private final long[] data = new long[RING];
    private long head;
    private long tail;
    /** Segments from head to here are gone or delivered; not all the gone ones are taken for lost yet. */
    private long cursor;
    /** Where the segments end that were sent no later than the newest one delivered. */
    private long newestDelivered;
    private int deliveredAfterGone;
    private long reorderingTimer = NEVER;

    /** Lost segments to be sent again, by number. */
    private final long[] again = new long[RING];
    private long againHead;
    private long againTail;

    private long nextData;
    private long delivered;
    private long lost;
    private long inFlight;
    private long smoothedRtt;
    private long nextSendAt;
    private long retransmissionTimer = NEVER;

    /** Whether losses have been answered already, until everything below recover has been delivered. */
    private boolean episode;
    private boolean fast;
    private long recover;
    private long missing;
    private long prrWindow;
    private long prrDelivered;
    private long prrOut;
    private long recoverFlight;

    private int events;
    private int timeouts;

    /**
     * A flow whose first SYN leaves at 0.
     *
     * @param bitsPerSecond of payload
     * @param loss says of each segment whether the path loses it, apart from those that overflow the buffer
     */
    BottleneckFlow(CongestionController controller, double bitsPerSecond, long rttNanos, BooleanSupplier loss) {
        this.controller = controller;
        this.baseRttNanos = rttNanos;
        this.nanosPerSegment = SMSS * 8e9 / bitsPerSecond;
        this.buffer = Math.max(1, rttNanos / nanosPerSegment);
        this.loss = loss;
        // when the handshake ends
        this.now = rttNanos;
        this.smoothedRtt = rttNanos;
    }

    static BooleanSupplier never() {
        return () -> false;
    }

    static BooleanSupplier randomly(double rate, long seed) {
        Random random = new Random(seed);
        return () -> random.nextDouble() < rate;
    }

    /** Loses one segment of so many. */
    static BooleanSupplier every(int segments) {
        int[] count = new int[1];
        return () -> ++count[0] % segments == 0;
    }

    /** Runs on until this many nanoseconds after the first SYN. */
    BottleneckFlow runUntil(long nanos) {
        while (true) {
            boolean maySend = inFlight + SMSS <= window() && tail - head < RING && againTail - againHead < RING - 1;
            long sendAt = maySend ? Math.max(now, nextSendAt) : NEVER;
            skipGone();
            long ackAt = cursor < tail ? ackedAt[at(cursor)] : NEVER;
            long next = Math.min(Math.min(sendAt, ackAt), Math.min(reorderingTimer, retransmissionTimer));
            if (next >= nanos) {
                return this;
            }
            now = next;
            if (next == ackAt) {
                onAck();
            } else if (next == reorderingTimer) {
                onReorderingTimer();
            } else if (next == sendAt) {
                send();
            } else {
                onRetransmissionTimeout();
            }
        }
    }

    double deliveredBytes() {
        return delivered;
    }

    int congestionEvents() {
        return events;
    }

    int timeouts() {
        return timeouts;
    }

    private static int at(long index) {
        return (int) (index & (RING - 1));
    }

    private long window() {
        return fast ? prrWindow : controller.congestionWindow();
    }

    private void send() {
        int slot = at(tail++);
        data[slot] = againHead < againTail ? again[at(againHead++)] : nextData++;
        inFlight += SMSS;
        prrOut += SMSS;
        sentAt[slot] = now;
        priorDelivered[slot] = delivered;
        transmitInFlight[slot] = inFlight;
        double waiting = Math.max(0, linkFreeAt - now);
        if (loss.getAsBoolean() || waiting / nanosPerSegment > buffer) {
            ackedAt[slot] = NEVER;
        } else {
            linkFreeAt = now + waiting + nanosPerSegment;
            ackedAt[slot] = (long) linkFreeAt + baseRttNanos;
        }
        controller.onSent(now, inFlight - SMSS, false);
        if (delivered > 0) {
            boolean slowStart = controller.congestionWindow() < controller.slowStartThreshold();
            double interval = smoothedRtt * (double) SMSS / window() / (slowStart ? 2 : 1.2);
            nextSendAt = Math.max(nextSendAt, now - (long) interval) + (long) interval;
        }
        if (retransmissionTimer == NEVER) {
            armRetransmissionTimer();
        }
    }

    private void armRetransmissionTimer() {
        retransmissionTimer = inFlight > 0 ? now + smoothedRtt + Math.max(200_000_000, smoothedRtt / 2) : NEVER;
    }

    private void skipGone() {
        while (cursor < tail && ackedAt[at(cursor)] == NEVER) {
            cursor++;
        }
    }

    private void onAck() {
        int slot = at(cursor++);
        final long priorInFlight = inFlight;
        inFlight -= SMSS;
        delivered += SMSS;
        if (data[slot] < recover) {
            missing--;
        }
        long rtt = now - sentAt[slot];
        smoothedRtt += (rtt - smoothedRtt) / 8;
        long lostBefore = lost;
        data[slot] = -1;
        newestDelivered = cursor;
        if (head == cursor - 1) {
            head++;
        } else {
            deliveredAfterGone++;
            if (fast || deliveredAfterGone >= 3) {
                takeForLost(priorInFlight);
            } else if (reorderingTimer == NEVER) {
                reorderingTimer = now + baseRttNanos / 4;
            }
        }
        if (episode && missing == 0) {
            episode = false;
            if (fast) {
                fast = false;
                controller.onRecoveryExit(now, inFlight);
            }
        }
        controller.onAcknowledged(TestSample.acked(SMSS).nowNanos(now).newlyLostBytes(lost - lostBefore)
                .priorInFlightBytes(priorInFlight).inFlightBytes(inFlight).deliveredBytes(delivered).lostBytes(lost)
                .priorDeliveredBytes(priorDelivered[slot]).transmitInFlightBytes(transmitInFlight[slot])
                .rttNanos(rtt).smoothedRttNanos(smoothedRtt).minRttNanos(baseRttNanos).inRecovery(fast));
        if (fast) {
            reduceProportionally(lost == lostBefore);
        }
        armRetransmissionTimer();
    }

    private void onReorderingTimer() {
        takeForLost(inFlight);
    }

    private void takeForLost(long priorInFlight) {
        reorderingTimer = NEVER;
        deliveredAfterGone = 0;
        while (head < newestDelivered) {
            forget(at(head++));
        }
        if (!episode) {
            events++;
            fast = true;
            beginEpisode();
            controller.onCongestionEvent(now, priorInFlight);
            prrDelivered = 0;
            prrOut = 0;
            recoverFlight = priorInFlight;
            prrWindow = inFlight + SMSS;
        }
    }

    private void forget(int slot) {
        if (data[slot] >= 0) {
            inFlight -= SMSS;
            lost += SMSS;
            again[at(againTail++)] = data[slot];
        }
    }

    private void beginEpisode() {
        episode = true;
        recover = nextData;
        missing = nextData - delivered / SMSS;
    }

    private void reduceProportionally(boolean safe) {
        prrDelivered += SMSS;
        long ssthresh = controller.slowStartThreshold();
        long count;
        if (inFlight > ssthresh) {
            count = (long) Math.ceil((double) prrDelivered * ssthresh / recoverFlight) - prrOut;
        } else {
            count = Math.min(ssthresh - inFlight, Math.max(prrDelivered - prrOut, SMSS) + (safe ? SMSS : 0));
        }
        prrWindow = inFlight + Math.max(count, prrOut == 0 ? SMSS : 0);
    }

    private void onRetransmissionTimeout() {
        timeouts++;
        long priorInFlight = inFlight;
        while (head < tail) {
            forget(at(head++));
        }
        cursor = head;
        reorderingTimer = NEVER;
        deliveredAfterGone = 0;
        fast = false;
        beginEpisode();
        controller.onRetransmissionTimeout(now, priorInFlight, true);
        nextSendAt = now;
        retransmissionTimer = NEVER;
    }
}
