/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SequenceNumber;

/** The timestamps option of RFC 7323: our clock, TS.Recent and PAWS. */
public final class Timestamps {
    private static final long MILLI_NANOS = 1_000_000L;
    /** RFC 7323 5.5: a TS.Recent older than 24 days is no longer compared. */
    private static final long RECENT_VALID_NANOS = 24L * 24 * 3600 * 1_000_000_000L;

    private final int offset;
    private boolean on;
    private int recent;
    private long recentNanos;
    /** TS.Recent when last nothing was missing: what PAWS compares with. */
    private int oldest;

    /**
     * A clock of milliseconds.
     *
     * @param offset what it reads at the event loop's time 0: a keyed hash of the four-tuple
     */
    public Timestamps(int offset) {
        this.offset = offset;
    }

    /** Whether both sides have offered the option. */
    public boolean isOn() {
        return on;
    }

    void turnOn(int value, long nowNanos) {
        on = true;
        recent = value;
        oldest = value;
        recentNanos = nowNanos;
    }

    /** What TSval is now. */
    public int valueAt(long nowNanos) {
        return (int) (nowNanos / MILLI_NANOS) + offset;
    }

    /** How long ago a value of ours was sent, up to a millisecond more. */
    long elapsedNanos(int value, long nowNanos) {
        return (valueAt(nowNanos) - value) * MILLI_NANOS + nowNanos % MILLI_NANOS;
    }

    /** TS.Recent, what the next segment echoes. */
    public int recent() {
        return recent;
    }

    /** Puts TSval and TSecr on a segment. */
    void stamp(Segment segment, long nowNanos) {
        segment.timestamps(valueAt(nowNanos), recent);
    }

    /**
     * RFC 7323 5.3 R1: whether the segment is older than what has been seen. While something is missing, older than
     * what had been seen before: the retransmission that fills one hole must not make old what other holes still wait
     * for.
     */
    boolean isOld(Segment segment, long nowNanos) {
        return isBefore(segment, oldest, nowNanos);
    }

    /** Whether RFC 7323 has nothing against the segment: without the option in use, or with one that is not old. */
    boolean accepts(Segment segment, long nowNanos) {
        return !isOn() || segment.hasTimestamps() && !isOld(segment, nowNanos);
    }

    private boolean isBefore(Segment segment, int value, long nowNanos) {
        return segment.hasTimestamps() && SequenceNumber.lessThan(segment.timestampValue(), value)
                && nowNanos - recentNanos < RECENT_VALID_NANOS;
    }

    /**
     * RFC 7323 4.3 (2) and 5.3 R3: TS.Recent moves with a segment that covers Last.ACK.sent and is not old.
     *
     * @param missing whether the segment arrives while there is a hole
     */
    void update(Segment segment, int lastAckSent, boolean missing, long nowNanos) {
        if (segment.hasTimestamps() && !isBefore(segment, recent, nowNanos)
                && SequenceNumber.lessOrEqual(segment.sequenceNumber(), lastAckSent)
                && !segment.has(SegmentFlags.RST)) {
            recent = segment.timestampValue();
            recentNanos = nowNanos;
        }
        if (!missing) {
            oldest = recent;
        }
    }
}
