/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;

/** The tail loss probe of RFC 8985 section 7: what no later segment can show to be lost is probed before the RTO. */
public final class TailLossProbe {
    /** RFC 8985 7.2: the worst delay of an acknowledgment when a single segment is in flight. */
    public static final long MAX_ACK_DELAY_NANOS = 200_000_000L;
    /**
     * As Linux, which has two ticks: nearer in time a probe would ask after a delay of the machine, not of the path.
     */
    static final long LEAST_PTO_NANOS = 10_000_000L;
    /** RFC 8985 7.2: the PTO before the first sample. */
    static final long INITIAL_PTO_NANOS = 1_000_000_000L;

    private boolean outstanding;
    private boolean measured = true;
    private boolean retransmission;
    private int endSequence;

    /** RFC 8985 7.2: the probe timeout in nanoseconds. */
    public static long timeoutNanos(RttEstimator rtt, int segmentsInFlight) {
        if (!rtt.hasSample()) {
            return INITIAL_PTO_NANOS;
        }
        return Math.max(LEAST_PTO_NANOS, 2 * rtt.smoothedNanos()) + (segmentsInFlight == 1 ? MAX_ACK_DELAY_NANOS : 0);
    }

    /** Whether a probe awaits its answer. */
    public boolean isOutstanding() {
        return outstanding;
    }

    /**
     * RFC 8985 7.3: whether a probe may be sent. Not while another awaits its answer; and not before a round trip was
     * measured since the last one, for retransmissions measure none.
     */
    public boolean isAllowed() {
        return !outstanding && measured;
    }

    /** A round trip was measured. */
    public void onMeasured() {
        measured = true;
    }

    /** TLP.end_seq: SND.NXT when the latest probe was sent. */
    public int endSequence() {
        return endSequence;
    }

    /**
     * The probe was sent.
     *
     * @param sndNxt SND.NXT after it
     * @param retransmission whether it repeats the last segment; otherwise it was new data
     */
    public void sent(int sndNxt, boolean retransmission) {
        outstanding = true;
        measured = false;
        this.retransmission = retransmission;
        endSequence = sndNxt;
    }

    /**
     * RFC 8985 7.4.2: an acknowledgment arrived while a probe is outstanding.
     *
     * @param duplicateSack whether it reports the probe as a duplicate
     * @param plainDuplicate whether it is a duplicate acknowledgment without SACK blocks
     * @return whether the probe has repaired a loss, which congestion control has to hear of
     */
    public boolean onAck(int ack, boolean duplicateSack, boolean plainDuplicate) {
        if (!outstanding || !greaterOrEqual(ack, endSequence)) {
            return false;
        }
        if (!retransmission || duplicateSack) {
            outstanding = false;
        } else if (greaterThan(ack, endSequence)) {
            // nothing has said that both the original and the probe arrived
            outstanding = false;
            return true;
        } else if (plainDuplicate) {
            outstanding = false;
        }
        return false;
    }

    /** Recovery has begun, or the timer expired: the probe is no longer of interest. */
    public void cancel() {
        outstanding = false;
    }
}
