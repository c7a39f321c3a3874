/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.TestSample;
import java.util.ArrayDeque;
import java.util.Random;

/**
 * One bulk flow over one bottleneck, segment by segment in virtual time: random loss, then a drop-tail queue, then the
 * link, then the round trip's propagation. Each segment delivered is acknowledged; a segment is lost when one sent
 * three later is acknowledged, or when the retransmission timer expires, and is then gone: the flow only counts.
 * Samples are filled as section 4.1 of draft-ietf-ccwg-bbr says.
 */
final class ModelFlow {
    private static final long SECOND = 1_000_000_000L;
    private static final int DUP_THRESH = 3;

    /** What the draft keeps per segment. */
    private static final class Segment {
        long number;
        long sendTime;
        long ackTime;
        long firstSendTime;
        long deliveredTime;
        long delivered;
        long txInFlight;
        long lost;
        boolean appLimited;
        boolean dropped;
    }

    private double rate;
    private final long propagationNanos;
    private final int smss;
    private final long queueLimit;
    private final double lossRate;
    private final Random random;
    final Bbr controller;
    final PathModel model;
    private final TestSample ack = new TestSample();
    /** In the order sent; what arrives is acknowledged in this order, too. */
    private final ArrayDeque<Segment> outstanding = new ArrayDeque<>();
    private final ArrayDeque<Segment> dropped = new ArrayDeque<>();
    private final ArrayDeque<Segment> free = new ArrayDeque<>();

    long nowNanos;
    long inflight;
    private long nextNumber;
    private long delivered;
    private long deliveredTime;
    private long firstSendTime;
    private long lost;
    private long srtt;
    private long minRtt = Long.MAX_VALUE;
    private boolean recovery;
    private long recoveryPoint;
    private boolean limitedThisRound;
    private boolean limitedLastRound;
    private long roundEnd;
    private double nextSendTime;
    private long rtoDeadline = Long.MAX_VALUE;
    private long idleFrom = Long.MAX_VALUE;
    private long idleUntil = Long.MAX_VALUE;
    private long appLimited;

    private double backlog;
    private double backlogTime;
    private double backlogArea;

    /**
     * A flow that starts at 0, over a queue of 1 BDP, at least 4 segments.
     *
     * @param smss larger than in life for a coarser model of a fast link
     */
    ModelFlow(CongestionController.Factory factory, int megabits, int rttMillis, double lossRate, int smss, long seed) {
        this.rate = megabits * 125_000.0;
        this.propagationNanos = rttMillis * 1_000_000L;
        this.smss = smss;
        this.queueLimit = Math.max((long) bdp(), 4L * smss);
        this.lossRate = lossRate;
        this.random = new Random(seed);
        this.controller = (Bbr) factory.create(smss, initialWindow());
        this.model = controller.model;
    }

    long initialWindow() {
        return Math.min(10L * smss, Math.max(2L * smss, 14600));
    }

    double bdp() {
        return rate * propagationNanos / SECOND;
    }

    /** The link's rate changes; segments already in its queue keep their time. */
    void rate(double bytesPerSecond) {
        drainTo(nowNanos);
        backlog *= bytesPerSecond / rate;
        rate = bytesPerSecond;
    }

    /** The application writes nothing in this time. */
    void idles(long fromNanos, long untilNanos) {
        idleFrom = fromNanos;
        idleUntil = untilNanos;
    }

    long deliveredBytes() {
        return delivered;
    }

    long lostBytes() {
        return lost;
    }

    /** Bytes in the bottleneck's queue, averaged over the time so far. */
    double averageQueue() {
        drainTo(nowNanos);
        return backlogArea / nowNanos;
    }

    double utilization() {
        return delivered / (rate * nowNanos / SECOND);
    }

    void runUntil(long untilNanos) {
        while (step(untilNanos)) {
            continue;
        }
    }

    /** Runs until the controller is in this state, and fails if it is not by then. */
    void runUntil(BbrState state, long untilNanos) {
        while (model.state != state) {
            if (!step(untilNanos)) {
                throw new AssertionError("still " + model.state + " at " + nowNanos + " ns, not " + state);
            }
        }
    }

    /** Whether there was something to do by then. */
    boolean step(long untilNanos) {
        long ackAt = outstanding.isEmpty() ? Long.MAX_VALUE : outstanding.peek().ackTime;
        long sendAt = nextSend();
        long next = Math.min(Math.min(ackAt, sendAt), rtoDeadline);
        if (next > untilNanos) {
            nowNanos = untilNanos;
            return false;
        }
        nowNanos = Math.max(nowNanos, next);
        if (next == ackAt) {
            acknowledge();
        } else if (next == sendAt) {
            send();
        } else {
            timeOut();
        }
        return true;
    }

    private long nextSend() {
        if (inflight + smss > controller.congestionWindow() && inflight > 0) {
            limitedThisRound = true;
            return Long.MAX_VALUE;
        }
        long at = Math.max(nowNanos, (long) Math.ceil(nextSendTime));
        if (at >= idleFrom && at < idleUntil) {
            // CheckIfApplicationLimited()
            appLimited = Math.max(delivered + inflight, 1);
            return idleUntil;
        }
        return at;
    }

    private void send() {
        controller.onSent(nowNanos, inflight, appLimited != 0);
        if (inflight == 0) {
            firstSendTime = nowNanos;
            deliveredTime = nowNanos;
        }
        Segment segment = free.isEmpty() ? new Segment() : free.poll();
        segment.number = nextNumber++;
        inflight += smss;
        segment.sendTime = nowNanos;
        segment.firstSendTime = firstSendTime;
        segment.deliveredTime = deliveredTime;
        segment.delivered = delivered;
        segment.txInFlight = inflight;
        segment.lost = lost;
        segment.appLimited = appLimited != 0;
        transmit(segment);
        boolean initialBurst = nextNumber * smss <= initialWindow();
        nextSendTime = initialBurst ? nowNanos
                : Math.max(nextSendTime, nowNanos) + (double) smss * SECOND / controller.pacingRate();
        if (rtoDeadline == Long.MAX_VALUE) {
            armRto();
        }
    }

    private void transmit(Segment segment) {
        drainTo(nowNanos);
        // the queue's limit does not count the segment on its way into the link
        segment.dropped = random.nextDouble() < lossRate || backlog > queueLimit;
        if (segment.dropped) {
            dropped.add(segment);
            return;
        }
        backlog += smss;
        segment.ackTime = nowNanos + (long) (backlog * SECOND / rate) + propagationNanos;
        outstanding.add(segment);
    }

    private void drainTo(double time) {
        double elapsed = time - backlogTime;
        double left = Math.max(0, backlog - elapsed * rate / SECOND);
        double busy = left > 0 ? elapsed : backlog * SECOND / rate;
        backlogArea += (backlog + left) / 2 * busy;
        backlog = left;
        backlogTime = time;
    }

    private void acknowledge() {
        Segment newest = outstanding.poll();
        ack.priorInFlightBytes(inflight);
        inflight -= smss;
        delivered += smss;
        deliveredTime = nowNanos;
        long sendElapsed = newest.sendTime - newest.firstSendTime;
        long ackElapsed = nowNanos - newest.deliveredTime;
        firstSendTime = newest.sendTime;
        if (appLimited != 0 && delivered > appLimited) {
            appLimited = 0;
        }
        long rtt = nowNanos - newest.sendTime;
        srtt = srtt == 0 ? rtt : (7 * srtt + rtt) / 8;
        minRtt = Math.min(minRtt, rtt);
        long lostBefore = lost;
        detectLosses(newest);
        countRound(newest);
        ack.newlyLostBytes(lost - lostBefore);
        ack.rttNanos(rtt);
        long interval = Math.max(sendElapsed, ackElapsed);
        ack.deliveryRate(interval < minRtt ? 0
                : (long) ((double) (delivered - newest.delivered) * SECOND / interval));
        fill(newest);
        controller.onAcknowledged(ack);
        free.add(newest);
        rtoDeadline = Long.MAX_VALUE;
        if (inflight > 0) {
            armRto();
        }
    }

    private void detectLosses(Segment newest) {
        long lostBefore = lost;
        while (!dropped.isEmpty() && dropped.peek().number <= newest.number - DUP_THRESH) {
            lose(dropped.poll());
        }
        if (lost > lostBefore && !recovery) {
            recovery = true;
            recoveryPoint = nextNumber;
            controller.onCongestionEvent(nowNanos, ack.priorInFlightBytes());
        } else if (recovery && newest.number >= recoveryPoint) {
            recovery = false;
            controller.onRecoveryExit(nowNanos, inflight);
        }
    }

    private void fill(Segment newest) {
        ack.nowNanos(nowNanos);
        ack.newlyAckedBytes(smss);
        ack.inFlightBytes(inflight);
        ack.deliveredBytes(delivered);
        ack.lostBytes(lost);
        ack.priorDeliveredBytes(newest.delivered);
        ack.transmitInFlightBytes(newest.txInFlight);
        ack.lostSinceTransmitBytes(lost - newest.lost);
        ack.appLimited(newest.appLimited);
        ack.smoothedRttNanos(srtt);
        ack.minRttNanos(minRtt);
        ack.cwndLimited(limitedThisRound || limitedLastRound);
        ack.inRecovery(recovery);
    }

    private void countRound(Segment newest) {
        if (newest.delivered >= roundEnd) {
            roundEnd = delivered;
            limitedLastRound = limitedThisRound;
            limitedThisRound = false;
        }
    }

    private void lose(Segment segment) {
        inflight -= smss;
        lost += smss;
        controller.onLost(nowNanos, smss, segment.txInFlight, lost - segment.lost, segment.appLimited);
        free.add(segment);
    }

    private void armRto() {
        rtoDeadline = nowNanos + Math.max(SECOND / 5, 2 * srtt) + (srtt == 0 ? SECOND : 0);
    }

    /** What arrives is acknowledged before the timer can expire, so that all outstanding has been dropped. */
    private void timeOut() {
        controller.onRetransmissionTimeout(nowNanos, inflight, true);
        while (!dropped.isEmpty()) {
            lose(dropped.poll());
        }
        recovery = false;
        rtoDeadline = Long.MAX_VALUE;
        nextSendTime = nowNanos;
    }
}
