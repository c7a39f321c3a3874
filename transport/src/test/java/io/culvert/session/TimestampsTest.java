/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import org.junit.jupiter.api.Test;

/** TS.Recent, PAWS and the clock: RFC 7323. */
final class TimestampsTest {
    private static final long MILLI = 1_000_000L;
    private static final long DAY = 24L * 3600 * 1000 * MILLI;

    private final Timestamps timestamps = new Timestamps(500);

    private static Segment segment(int value, int seq) {
        return new Segment().clear().flags(SegmentFlags.ACK).sequenceNumber(seq).timestamps(value, 0);
    }

    @Test
    void theClockCountsMillisecondsFromItsOffset() {
        assertEquals(500, timestamps.valueAt(0));
        assertEquals(500, timestamps.valueAt(MILLI - 1));
        assertEquals(501, timestamps.valueAt(MILLI));
        assertEquals(500 + 86_400_000, timestamps.valueAt(DAY));
    }

    @Test
    void isOffUntilBothOffer() {
        assertFalse(timestamps.isOn());
        timestamps.turnOn(7, 0);
        assertTrue(timestamps.isOn());
        assertEquals(7, timestamps.recent());
    }

    @Test
    void stampsClockAndEcho() {
        timestamps.turnOn(7, 0);
        Segment segment = new Segment().clear();
        timestamps.stamp(segment, 3 * MILLI);
        assertEquals(503, segment.timestampValue());
        assertEquals(7, segment.timestampEcho());
    }

    @Test
    void anOlderValueIsOldAndAnEqualOneIsNot() {
        timestamps.turnOn(7, 0);
        assertTrue(timestamps.isOld(segment(6, 0), 0));
        assertFalse(timestamps.isOld(segment(7, 0), 0));
        assertFalse(timestamps.isOld(segment(8, 0), 0));
    }

    @Test
    void comparesModulo32Bits() {
        timestamps.turnOn(-3, 0);
        assertFalse(timestamps.isOld(segment(3, 0), 0));
        assertTrue(timestamps.isOld(segment(-4, 0), 0));
    }

    @Test
    void movesOnlyWithASegmentAtOrLeftOfTheLastAck() {
        timestamps.turnOn(7, 0);
        timestamps.update(segment(9, 1001), 1000, false, 0);
        assertEquals(7, timestamps.recent());
        timestamps.update(segment(9, 1000), 1000, false, 0);
        assertEquals(9, timestamps.recent());
        timestamps.update(segment(8, 900), 1000, false, 0);
        assertEquals(9, timestamps.recent());
    }

    // a retransmission fills one hole: what else is missing was sent before it, and is not old for that
    @Test
    void whileSomethingIsMissingPawsComparesWithWhatWasSeenBefore() {
        timestamps.turnOn(7, 0);
        timestamps.update(segment(60, 1000), 1000, true, 0);
        assertEquals(60, timestamps.recent());
        assertFalse(timestamps.isOld(segment(8, 1100), 0));
        assertTrue(timestamps.isOld(segment(6, 1100), 0));
        timestamps.update(segment(8, 900), 1000, true, 0);
        assertEquals(60, timestamps.recent());
        timestamps.update(segment(61, 1200), 1200, false, 0);
        assertTrue(timestamps.isOld(segment(60, 1200), 0));
    }

    // RFC 7323 5.5
    @Test
    void aValueOf24DaysIsReplacedByAny() {
        timestamps.turnOn(7, 0);
        assertTrue(timestamps.isOld(segment(6, 0), 24 * DAY - 1));
        assertFalse(timestamps.isOld(segment(6, 0), 24 * DAY));
        timestamps.update(segment(6, 1000), 1000, false, 24 * DAY);
        assertEquals(6, timestamps.recent());
        assertTrue(timestamps.isOld(segment(5, 0), 24 * DAY + 1));
    }
}
