/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/**
 * Proportional rate reduction, RFC 6937: spreads what is sent in fast recovery over the acknowledgments that come, so
 * that the flight ends at ssthresh however many segments were lost. With the reduction bound that follows what RFC 9937
 * calls safe acknowledgments: SSRB while they show progress and no further loss, CRB otherwise.
 */
public final class ProportionalRate {
    private long recoverFs;
    private long ssthresh;
    private long delivered;
    private long out;
    private long window;
    private int firstSegments;

    /**
     * Fast recovery begins.
     *
     * @param flightBytes RecoverFS: bytes between SND.UNA and SND.NXT
     * @param inFlightBytes bytes in the network now
     * @param probed whether a tail loss probe has found the loss: the network is then empty, and two segments start
     *         the acknowledgments again, as they do with any flight (ssthresh is never less)
     */
    public void begin(long flightBytes, long inFlightBytes, long ssthresh, boolean probed) {
        recoverFs = Math.max(1, flightBytes);
        this.ssthresh = ssthresh;
        delivered = 0;
        out = 0;
        window = inFlightBytes;
        firstSegments = probed ? 2 : 1;
    }

    /** A segment was sent, again or for the first time. */
    public void onSent(int bytes) {
        out += bytes;
    }

    /**
     * An acknowledgment arrived.
     *
     * @param deliveredBytes DeliveredData: bytes newly acknowledged, cumulatively or selectively
     * @param inFlightBytes pipe, after the acknowledgment and the losses that it showed
     * @param safe whether SND.UNA advanced and no further loss was detected
     */
    public void onAck(long deliveredBytes, long inFlightBytes, boolean safe, int smss) {
        delivered += deliveredBytes;
        long count;
        if (inFlightBytes > ssthresh) {
            // RFC 6937 section 3: proportional rate reduction, rounded up
            count = (delivered * ssthresh + recoverFs - 1) / recoverFs - out;
        } else {
            // conservative reduction bound; slow start reduction bound when the acknowledgment is safe
            long limit = Math.max(delivered - out, deliveredBytes);
            if (safe) {
                limit += smss;
            }
            count = Math.min(ssthresh - inFlightBytes, limit);
        }
        // RFC 9937: the first retransmission goes in any case
        count = Math.max(count, out == 0 ? (long) firstSegments * smss : 0);
        // as Linux, which counts segments, what is allowed of one allows all of it; it is taken off the next
        window = inFlightBytes + Math.max(0, (count + smss - 1) / smss) * smss;
    }

    /** The congestion window of fast recovery in bytes. */
    public long window() {
        return window;
    }
}
