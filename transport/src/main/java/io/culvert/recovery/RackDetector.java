/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessThan;

/**
 * Loss detection by time, RFC 8985 section 6: a segment is lost when one sent later is delivered and a round trip and
 * the reordering window have passed. Works along the order of transmission, so that each record is looked at about
 * once.
 */
public final class RackDetector {
    /** RFC 8985 6.2 step 4: the duplicate acknowledgment threshold. */
    static final int DUP_THRESH = 3;
    /** RFC 8985 6.2 step 4: recoveries without D-SACK after which the reordering window shrinks again. */
    static final int REO_WND_PERSIST = 16;

    private boolean started;
    private long xmitNanos;
    private int endSequence;
    private long rttNanos;
    private int fack;
    private boolean reorderingSeen;
    private int reoWndMult = 1;
    private int reoWndPersist = REO_WND_PERSIST;
    private boolean inDsackRound;
    private int dsackRound;
    private long nextNanos;
    private boolean waiting;
    private boolean measured;
    private long measuredSentNanos;

    /** An acknowledgment begins to be processed. */
    public void beginAck() {
        measured = false;
    }

    /** RFC 8985 6.2 steps 1 to 3: a record is delivered for the first time. */
    public void onDelivered(FlightLog flight, int record, long minRttNanos, boolean hasEcho, int echo, long nowNanos) {
        int end = flight.endOf(record);
        detectReordering(end, flight.isRetransmitted(record));
        long rtt = nowNanos - flight.sentNanosOf(record);
        // step 2: an acknowledgment that may be of an earlier transmission says nothing
        if (flight.isRetransmitted(record)
                && (hasEcho && lessThan(echo, flight.timestampOf(record)) || rtt < minRttNanos)) {
            return;
        }
        long sent = flight.sentNanosOf(record);
        // step 2 goes in the order of transmission: of what one acknowledgment delivers, the newest has the last word
        if (!measured || sent - measuredSentNanos > 0) {
            measured = true;
            measuredSentNanos = sent;
            rttNanos = rtt;
        }
        if (!started || isSentAfter(sent, end, xmitNanos, endSequence)) {
            started = true;
            xmitNanos = sent;
            endSequence = end;
        }
    }

    private static boolean isSentAfter(long nanos1, int end1, long nanos2, int end2) {
        return nanos1 - nanos2 > 0 || nanos1 == nanos2 && greaterThan(end1, end2);
    }

    /** RFC 8985 6.2 step 3: what was sent once and is delivered below what was delivered before has been overtaken. */
    private void detectReordering(int end, boolean retransmitted) {
        if (!started || greaterThan(end, fack)) {
            fack = end;
        } else if (lessThan(end, fack) && !retransmitted) {
            reorderingSeen = true;
        }
    }

    /**
     * RFC 8985 6.2 step 4: a D-SACK says that a retransmission was not needed; one for each round trip widens the
     * reordering window.
     */
    public void onDuplicateSack(int sndUna, int sndNxt) {
        if (inDsackRound && greaterOrEqual(sndUna, dsackRound)) {
            inDsackRound = false;
        }
        if (!inDsackRound) {
            inDsackRound = true;
            dsackRound = sndNxt;
            reoWndMult++;
            reoWndPersist = REO_WND_PERSIST;
        }
    }

    /** RFC 8985 6.2 step 4: recovery has ended. */
    public void onRecoveryExit() {
        if (--reoWndPersist <= 0) {
            reoWndMult = 1;
            reoWndPersist = REO_WND_PERSIST;
        }
    }

    /** RFC 8985 6.2 step 4: how long a segment may be overtaken and not be lost, in nanoseconds. */
    long reorderingWindowNanos(int sackedSegments, boolean recovering, RttEstimator rtt) {
        if (!reorderingSeen && (recovering || sackedSegments >= DUP_THRESH) || !rtt.hasSample()) {
            return 0;
        }
        return Math.min(reoWndMult * rtt.minNanos() / 4, rtt.smoothedNanos());
    }

    /** RFC 8985 6.2 step 5: takes for lost what was sent before the newest segment delivered and is overdue. */
    public void detectLosses(FlightLog flight, boolean recovering, RttEstimator rtt, SegmentFate fate, long nowNanos) {
        waiting = false;
        if (!started) {
            return;
        }
        long allowedNanos = rttNanos + reorderingWindowNanos(flight.sackedRecords(), recovering, rtt);
        int record = flight.oldest();
        while (record != flight.end()) {
            long sent = flight.sentNanosOf(record);
            if (!isSentAfter(xmitNanos, endSequence, sent, flight.endOf(record))) {
                return;
            }
            if (sent + allowedNanos - nowNanos > 0) {
                // each of the segments sent after it is due later
                waiting = true;
                nextNanos = sent + allowedNanos;
                return;
            }
            int next = flight.newerThan(record);
            fate.lost(record);
            flight.markLost(record);
            record = next;
        }
    }

    /** Whether the latest detection has left segments that will be lost unless they are delivered. */
    public boolean isWaiting() {
        return waiting;
    }

    /** RFC 8985 6.2 step 5: when the reordering timer has to look again; meaningful when {@link #isWaiting()}. */
    public long nextNanos() {
        return nextNanos;
    }

    /** RFC 8985 6.3: the retransmission timer takes the first segment for lost, and all that are overdue. */
    public void detectOnTimeout(FlightLog flight, RttEstimator rtt, SegmentFate fate, long nowNanos) {
        long allowedNanos = rttNanos + reorderingWindowNanos(flight.sackedRecords(), true, rtt);
        for (int record = flight.first(); record != flight.end(); record++) {
            boolean overdue = flight.sentNanosOf(record) + allowedNanos - nowNanos <= 0;
            if ((record == flight.first() || overdue) && !flight.isSacked(record) && !flight.isLost(record)) {
                fate.lost(record);
                flight.markLost(record);
            }
        }
    }

    /** Whether segments were seen to overtake each other. */
    public boolean isReorderingSeen() {
        return reorderingSeen;
    }
}
