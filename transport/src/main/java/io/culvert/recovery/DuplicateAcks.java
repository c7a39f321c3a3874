/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import io.culvert.segment.SequenceNumber;

/**
 * Loss detection without SACK: three duplicate acknowledgments (RFC 5681 section 3.2), partial acknowledgments (RFC
 * 6582) and, since every duplicate says that some segment has left the network, limited transmit (RFC 3042).
 */
public final class DuplicateAcks {
    /** RFC 5681 3.2: the number of duplicate acknowledgments that means a loss. */
    public static final int DUPLICATE_THRESHOLD = 3;

    private int count;
    private boolean recovering;
    /** RFC 6582: duplicates that acknowledge no more than this were caused by an earlier recovery or timeout. */
    private int recover;

    /**
     * Starts at the beginning of the session.
     *
     * @param before the first value of {@code recover} (RFC 6582 3.2 step 1): left of ISS, so that the loss of the very
     *         first data is recovered too
     */
    public void start(int before) {
        recover = before;
    }

    /** Segments that have left the network behind SND.UNA, as far as duplicates tell. */
    public int count() {
        return count;
    }

    /**
     * A duplicate acknowledgment arrived.
     *
     * @return whether it shows that the first segment is lost
     */
    public boolean onDuplicateAck(int sndUna) {
        count++;
        // RFC 6582 3.2 step 2
        return count == DUPLICATE_THRESHOLD && !recovering && SequenceNumber.greaterThan(sndUna, recover);
    }

    /**
     * An acknowledgment of new data arrived.
     *
     * @param ackedSegments how many segments it covers
     */
    public void onNewAck(int sndUna, int ackedSegments) {
        if (recovering) {
            // the hole is filled, and each segment acknowledged behind it was counted when it left the network
            count = Math.max(0, count - (ackedSegments - 1));
            return;
        }
        count = 0;
        // left behind, it would seem to lie ahead after half the sequence space
        if (SequenceNumber.greaterThan(sndUna - 1, recover)) {
            recover = sndUna - 2;
        }
    }

    /** Fast recovery begins: RFC 6582 3.2 step 2. */
    public void enterRecovery(int sndNxt) {
        recovering = true;
        recover = sndNxt;
    }

    /** Everything outstanding when recovery began is acknowledged: RFC 6582 3.2 step 3. */
    public void exitRecovery() {
        recovering = false;
        count = 0;
    }

    /** The retransmission timer expired: RFC 6582 3.2 step 4. */
    public void onRetransmissionTimeout(int sndNxt) {
        count = 0;
        recovering = false;
        recover = sndNxt;
    }
}
