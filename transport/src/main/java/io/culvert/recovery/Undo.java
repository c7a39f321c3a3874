/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

/**
 * Finds out that a loss episode was none: by the Eifel algorithm (RFC 3522), where an acknowledgment echoes a timestamp
 * older than the first retransmission, or by D-SACK (RFC 3708), where every retransmission is reported as a duplicate.
 */
public final class Undo {
    private boolean armed;
    private int marker;
    private long retransmittedBytes;
    private long unneededBytes;
    private int firstTimestamp;
    /** The sequence number after the last segment sent again. */
    private int retransmittedTo;

    /** A loss episode begins. */
    public void begin(int sndUna) {
        armed = true;
        marker = sndUna;
        retransmittedBytes = 0;
        unneededBytes = 0;
    }

    /**
     * A segment was sent again.
     *
     * @param start its first sequence number
     * @param end the sequence number after it
     */
    public void onRetransmitted(int start, int end, int timestampValue) {
        if (armed && retransmittedBytes == 0) {
            firstTimestamp = timestampValue;
            retransmittedTo = end;
        } else if (greaterThan(end, retransmittedTo)) {
            retransmittedTo = end;
        }
        retransmittedBytes += end - start;
    }

    /** A segment was reported as a duplicate: RFC 3708 section 3 counts what was sent again, not the network's own. */
    public void onDuplicateSack(int left, int right) {
        if (armed && retransmittedBytes > 0 && greaterOrEqual(left, marker) && lessOrEqual(right, retransmittedTo)) {
            unneededBytes += right - left;
        }
    }

    /** RFC 3522 section 3.2: whether an acknowledgment of something new is that of the original transmission. */
    public boolean isOriginalAcknowledged(boolean hasEcho, int echo) {
        return armed && retransmittedBytes > 0 && hasEcho && lessThan(echo, firstTimestamp);
    }

    /** RFC 3708: whether every retransmission of the episode was reported as a duplicate. */
    public boolean isNothingLost() {
        return armed && retransmittedBytes > 0 && unneededBytes >= retransmittedBytes;
    }

    /** The episode is undone, or was real. */
    public void disarm() {
        armed = false;
    }
}
