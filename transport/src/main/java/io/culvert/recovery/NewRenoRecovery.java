/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import io.culvert.segment.SequenceNumber;

/**
 * Fast retransmit and fast recovery without SACK: three duplicate acknowledgments (RFC 5681 section 3.2) and the
 * partial acknowledgments of RFC 6582. The window of fast recovery is the controller's plus {@link #inflationBytes()}.
 */
public final class NewRenoRecovery {
    /** RFC 5681 3.2: the number of duplicate acknowledgments that means a loss. */
    public static final int DUPLICATE_THRESHOLD = 3;

    /** What an acknowledgment means for recovery. */
    public enum Step {
        /** Nothing. */
        NONE,
        /** A loss: fast recovery begins and the first unacknowledged segment is retransmitted. */
        ENTER,
        /** A partial acknowledgment: the first unacknowledged segment is retransmitted. */
        RETRANSMIT,
        /** Everything outstanding when recovery began is acknowledged. */
        EXIT
    }

    private int duplicateAcks;
    private boolean inRecovery;
    private int recover;
    private long inflationBytes;

    /**
     * Starts at the beginning of the session.
     *
     * @param before the first value of {@code recover} (RFC 6582 3.2 step 1): left of ISS, so that the loss of the very
     *         first data is recovered too
     */
    public void start(int before) {
        recover = before;
    }

    /** Whether fast recovery is under way. */
    public boolean inRecovery() {
        return inRecovery;
    }

    /** Bytes by which duplicate acknowledgments have inflated the window. */
    public long inflationBytes() {
        return inflationBytes;
    }

    /** A duplicate acknowledgment arrived. */
    public Step onDuplicateAck(int sndUna, int sndNxt, int smss) {
        duplicateAcks++;
        if (inRecovery) {
            // RFC 5681 3.2 step 4: each further duplicate says that a segment has left the network
            inflationBytes += smss;
            return Step.NONE;
        }
        // RFC 6582 3.2 step 2: not for duplicates that an earlier recovery or timeout has caused
        if (duplicateAcks != DUPLICATE_THRESHOLD || !SequenceNumber.greaterThan(sndUna, recover)) {
            return Step.NONE;
        }
        inRecovery = true;
        recover = sndNxt;
        // RFC 5681 3.2 step 3
        inflationBytes = (long) DUPLICATE_THRESHOLD * smss;
        return Step.ENTER;
    }

    /** An acknowledgment of new data arrived; SND.UNA is advanced already. */
    public Step onNewAck(int sndUna, long ackedBytes, int smss) {
        duplicateAcks = 0;
        if (!inRecovery) {
            // left behind, it would seem to lie ahead after half the sequence space
            if (SequenceNumber.greaterThan(sndUna - 1, recover)) {
                recover = sndUna - 2;
            }
            return Step.NONE;
        }
        // RFC 6582 3.2 step 3: a full acknowledgment covers everything up to recover
        if (SequenceNumber.greaterOrEqual(sndUna, recover)) {
            inRecovery = false;
            inflationBytes = 0;
            return Step.EXIT;
        }
        // RFC 6582 3.2 step 3: a partial one deflates by what it acknowledges and adds one segment back
        inflationBytes = Math.max(0, inflationBytes - ackedBytes) + (ackedBytes >= smss ? smss : 0);
        return Step.RETRANSMIT;
    }

    /** The retransmission timer expired: RFC 6582 3.2 step 4. */
    public void onRetransmissionTimeout(int sndNxt) {
        duplicateAcks = 0;
        inRecovery = false;
        inflationBytes = 0;
        recover = sndNxt;
    }
}
