/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.recovery.FlightLog;
import org.junit.jupiter.api.Test;

/** The delivery rate samples of draft-ietf-ccwg-bbr section 4.1. */
final class DeliveryRateTest {
    private static final int LENGTH = 1000;
    private static final long MILLI = 1_000_000;
    private static final long NO_RTT = Long.MAX_VALUE;

    private final DeliveryRate rate = new DeliveryRate();
    private final FlightLog flight = new FlightLog();
    private int nxt = -5 * LENGTH;

    private int sends(long atMillis) {
        boolean alone = flight.pipe() == 0;
        int record = flight.sent(nxt, nxt + LENGTH, atMillis * MILLI, 0);
        nxt += LENGTH;
        rate.onSent(flight, record, alone, atMillis * MILLI);
        return record;
    }

    private void sends(int count, long atMillis) {
        for (int i = 0; i < count; i++) {
            sends(atMillis);
        }
    }

    private void resends(int record, long atMillis) {
        flight.markLost(record);
        rate.onLost(LENGTH);
        boolean alone = flight.pipe() == 0;
        flight.sentAgain(record, atMillis * MILLI, 0);
        rate.onSent(flight, record, alone, atMillis * MILLI);
    }

    /** A cumulative acknowledgment of so many segments. */
    private void acked(int count, long atMillis) {
        rate.beginAck();
        for (int i = 0; i < count; i++) {
            if (!flight.isSacked(flight.first())) {
                rate.onDelivered(flight, flight.first(), atMillis * MILLI);
            }
            flight.removeFirst();
        }
        rate.endAck();
    }

    private void sacked(int record, long atMillis) {
        rate.beginAck();
        rate.onDelivered(flight, record, atMillis * MILLI);
        flight.markSacked(record);
        rate.endAck();
    }

    private long rateAt(long millis, long minRttMillis) {
        return rate.rate(millis * MILLI, minRttMillis * MILLI);
    }

    // 4.1.2.3: delivered over the time since the delivery that preceded the segment's departure
    @Test
    void theRateIsWhatWasDeliveredOverTheRoundTripOfTheSegment() {
        sends(10, 0);
        acked(2, 100);
        assertEquals(20_000, rateAt(100, 100));
        assertEquals(0, rate.priorDelivered());
        acked(8, 110);
        assertEquals(10 * LENGTH * 1000 / 110, rateAt(110, 100));
        assertEquals(10 * LENGTH, rate.delivered());
    }

    @Test
    void aSegmentCountsFromTheDeliveryBeforeItLeft() {
        sends(2, 0);
        acked(1, 100);
        sends(100);
        acked(1, 120);
        sends(120);
        acked(1, 200);
        // delivered since time 100, when it left
        assertEquals(LENGTH, rate.priorDelivered());
        assertEquals(20_000, rateAt(200, 80));
    }

    // 4.1.2.3: the newest segment that the acknowledgment delivers makes the sample
    @Test
    void theNewestSegmentMakesTheSample() {
        sends(0);
        sends(10);
        sends(20);
        acked(1, 100);
        sends(100);
        acked(3, 200);
        assertEquals(LENGTH, rate.priorDelivered());
        assertEquals(30_000, rateAt(200, 100));
    }

    @Test
    void ofSegmentsThatLeftTogetherTheLastMakesTheSample() {
        sends(3, 0);
        rate.beginAck();
        rate.onDelivered(flight, flight.first() + 2, 50 * MILLI);
        rate.onDelivered(flight, flight.first(), 50 * MILLI);
        rate.endAck();
        assertEquals(3 * LENGTH, rate.transmitInFlight());
    }

    @Test
    void aRetransmissionIsNewerThanWhatWasSentBeforeIt() {
        sends(4, 0);
        int first = flight.first();
        sacked(first + 1, 100);
        resends(first, 100);
        acked(4, 210);
        assertEquals(LENGTH, rate.priorDelivered());
        // the three of this acknowledgment in 110 ms
        assertEquals(3 * LENGTH * 1000 / 110, rateAt(210, 100));
    }

    // 4.1.1.2 and 4.1.2.3: acknowledgments that come faster than the data left do not raise the rate
    @Test
    void compressedAcksAreBoundedByTheSendRate() {
        sends(0);
        acked(1, 100);
        for (int i = 0; i < 10; i++) {
            sends(100 + 10 * i);
        }
        for (int i = 0; i < 9; i++) {
            acked(1, 290);
        }
        acked(1, 290);
        // ten segments left within 90 ms and came back within 190; the last took 100
        long compressed = rateAt(290, 100);
        assertTrue(compressed <= 10 * LENGTH * 1000 / 90, () -> compressed + " bytes/s");
        assertEquals(10 * LENGTH * 1000 / 190, compressed);
    }

    @Test
    void theSlowerOfSendingAndAcknowledgingCounts() {
        sends(2, 0);
        acked(1, 40);
        sends(40);
        sends(90);
        acked(1, 100);
        // all of it arrives at once: the send interval of 90 ms is what is left of it
        acked(2, 101);
        assertEquals(3 * LENGTH * 1000 / 90, rateAt(101, 5));
    }

    // 4.1.2.3: an interval below the smallest round trip cannot be right
    @Test
    void anIntervalShorterThanTheSmallestRoundTripGivesNoRate() {
        sends(2, 0);
        acked(2, 40);
        assertEquals(0, rateAt(40, 41));
        assertEquals(50_000, rateAt(40, 40));
    }

    @Test
    void beforeTheFirstRoundTripThereIsNoRate() {
        sends(0);
        acked(1, 40);
        assertEquals(0, rate.rate(40 * MILLI, NO_RTT));
    }

    @Test
    void anAckThatDeliversNothingGivesNoSample() {
        sends(2, 0);
        acked(1, 40);
        assertTrue(rate.priorDelivered() >= 0);
        rate.beginAck();
        rate.endAck();
        assertEquals(-1, rate.priorDelivered());
        assertEquals(0, rateAt(50, 40));
    }

    @Test
    void aPartOfASegmentIsDeliveredAndGivesNoSample() {
        sends(2, 0);
        rate.beginAck();
        rate.onDelivered(400);
        rate.endAck();
        assertEquals(400, rate.delivered());
        assertEquals(-1, rate.priorDelivered());
    }

    // 4.1.2.2: what leaves with nothing in flight begins a new interval
    @Test
    void idleTimeIsNoPartOfTheInterval() {
        sends(2, 0);
        acked(2, 100);
        sends(2, 5000);
        acked(2, 5100);
        assertEquals(20_000, rateAt(5100, 100));
    }

    // 4.1.2.4: a bubble lasts until everything that was in flight then is delivered
    @Test
    void samplesAreAppLimitedUntilTheBubbleHasLeft() {
        sends(2, 0);
        rate.onAppLimited(2 * LENGTH);
        assertTrue(rate.isAppLimited());
        sends(10);
        acked(1, 100);
        assertFalse(rate.isSampleAppLimited(), "it left before the bubble");
        sends(100);
        acked(1, 100);
        assertTrue(rate.isAppLimited(), "all of the bubble, and no more");
        acked(1, 110);
        assertTrue(rate.isSampleAppLimited());
        assertFalse(rate.isAppLimited());
        sends(110);
        acked(1, 200);
        assertTrue(rate.isSampleAppLimited(), "it left within the bubble");
        acked(1, 210);
        assertFalse(rate.isSampleAppLimited());
    }

    @Test
    void aBubbleBeforeAnythingIsSentCountsToo() {
        rate.onAppLimited(0);
        sends(0);
        acked(1, 100);
        assertTrue(rate.isSampleAppLimited());
        assertFalse(rate.isAppLimited());
    }

    // 4.1.2.3: RS.lost and RS.tx_in_flight
    @Test
    void lossesCountFromTheSegmentsDeparture() {
        sends(4, 0);
        int first = flight.first();
        sacked(first + 2, 100);
        resends(first, 100);
        resends(first + 1, 100);
        assertEquals(2 * LENGTH, rate.lost());
        acked(1, 200);
        assertEquals(LENGTH, rate.lostSinceTransmit(), "its own loss preceded it, the next one's did not");
        acked(1, 200);
        assertEquals(0, rate.lostSinceTransmit());
        assertEquals(3 * LENGTH, rate.transmitInFlight());
    }
}
