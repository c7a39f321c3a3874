/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 8985 section 6, with times in milliseconds. */
final class RackDetectorTest {
    private static final long MILLI = 1_000_000L;
    private static final int FIRST = -2500;
    private static final int LENGTH = 1000;

    private final RackDetector rack = new RackDetector();
    private final FlightLog flight = new FlightLog();
    private final RttEstimator rtt = new RttEstimator(() -> 200 * MILLI);
    private final List<Integer> lost = new ArrayList<>();
    private int base;

    @BeforeEach
    void measures() {
        rtt.sample(100 * MILLI);
        base = flight.first();
    }

    private void sends(int count, long millis) {
        for (int i = 0; i < count; i++) {
            int start = FIRST + flight.size() * LENGTH;
            flight.sent(start, start + LENGTH, millis * MILLI, (int) millis);
        }
    }

    private void sendsAgain(int record, long millis) {
        flight.sentAgain(base + record, millis * MILLI, (int) millis);
    }

    /** An acknowledgment delivers records, in this order. */
    private void delivers(long millis, int... records) {
        rack.beginAck();
        for (int record : records) {
            rack.onDelivered(flight, base + record, rtt.minNanos(), false, 0, millis * MILLI);
            flight.markSacked(base + record);
        }
    }

    private List<Integer> detects(boolean recovering, long millis) {
        lost.clear();
        rack.detectLosses(flight, recovering, rtt, fate(), millis * MILLI);
        return List.copyOf(lost);
    }

    private SegmentFate fate() {
        return new SegmentFate() {
            @Override
            public void delivered(int record) {
                throw new AssertionError("nothing is delivered");
            }

            @Override
            public void lost(int record) {
                assertFalse(flight.isLost(record));
                lost.add(record - base);
            }
        };
    }

    private long windowMillis(int sacked, boolean recovering) {
        return rack.reorderingWindowNanos(sacked, recovering, rtt) / MILLI;
    }

    // ---- the reordering window, 6.2 step 4

    @Test
    void theWindowIsAQuarterOfTheSmallestRoundTrip() {
        rtt.sample(60 * MILLI);
        rtt.sample(500 * MILLI);
        assertEquals(15, windowMillis(0, false));
        assertEquals(15, windowMillis(2, false));
    }

    @Test
    void thereIsNoWindowWithDupThreshOrInRecovery() {
        assertEquals(0, windowMillis(3, false));
        assertEquals(0, windowMillis(0, true));
    }

    @Test
    void withReorderingThereIsAlwaysTheWindow() {
        sends(2, 0);
        delivers(100, 1);
        assertFalse(rack.isReorderingSeen());
        delivers(101, 0);
        assertTrue(rack.isReorderingSeen());
        assertEquals(25, windowMillis(3, false));
        assertEquals(25, windowMillis(3, true));
    }

    // nothing says how long it would be
    @Test
    void withoutARoundTripThereIsNoWindow() {
        assertEquals(0, new RackDetector().reorderingWindowNanos(0, false, new RttEstimator(() -> 0)));
    }

    @Test
    void duplicateSacksWidenTheWindowOnceARound() {
        rack.onDuplicateSack(FIRST, FIRST + 100);
        rack.onDuplicateSack(FIRST + 99, FIRST + 300);
        assertEquals(50, windowMillis(0, false));
        rack.onDuplicateSack(FIRST + 100, FIRST + 300);
        assertEquals(75, windowMillis(0, false));
        rack.onDuplicateSack(FIRST + 300, FIRST + 400);
        assertEquals(100, windowMillis(0, false));
        rack.onDuplicateSack(FIRST + 400, FIRST + 500);
        assertEquals(100, windowMillis(0, false));
    }

    @Test
    void sixteenRecoveriesNarrowTheWindow() {
        rack.onDuplicateSack(FIRST, FIRST + 100);
        for (int i = 0; i < 15; i++) {
            rack.onRecoveryExit();
        }
        assertEquals(50, windowMillis(0, false));
        rack.onDuplicateSack(FIRST + 100, FIRST + 200);
        for (int i = 0; i < 15; i++) {
            rack.onRecoveryExit();
        }
        assertEquals(75, windowMillis(0, false));
        rack.onRecoveryExit();
        assertEquals(25, windowMillis(0, false));
    }

    // ---- what shows reordering, 6.2 step 3

    @Test
    void whatWasSentAgainShowsNoReordering() {
        sends(3, 0);
        delivers(100, 1);
        sendsAgain(0, 100);
        delivers(200, 0, 2);
        assertFalse(rack.isReorderingSeen());
    }

    @Test
    void whatIsDeliveredInOrderShowsNoReordering() {
        sends(4, 0);
        delivers(100, 0, 1);
        delivers(100, 2, 3);
        assertFalse(rack.isReorderingSeen());
    }

    // ---- losses, 6.2 step 5

    @Test
    void beforeAnythingIsDeliveredNothingIsLost() {
        sends(3, 0);
        assertEquals(List.of(), detects(true, 10_000));
        assertFalse(rack.isWaiting());
    }

    @Test
    void whatWasSentBeforeIsLostARoundTripAndTheWindowAfterItsTransmission() {
        sends(2, 0);
        sends(1, 10);
        sends(1, 20);
        delivers(120, 2);
        assertEquals(List.of(), detects(false, 134));
        assertTrue(rack.isWaiting());
        assertEquals(135 * MILLI, rack.nextNanos());
        assertEquals(List.of(0, 1), detects(false, 135));
        assertFalse(rack.isWaiting());
        assertEquals(List.of(), detects(false, 1000));
        assertEquals(LENGTH, flight.pipe());
    }

    // RACK_sent_after: of what was sent at the same time, sequence numbers decide
    @Test
    void ofWhatLeftAtOnceTheLastWasSentLast() {
        sends(5, 0);
        delivers(100, 2);
        assertEquals(List.of(0, 1), detects(true, 100));
    }

    @Test
    void aRetransmissionIsTheNewestTransmission() {
        sends(4, 0);
        delivers(100, 1);
        sendsAgain(0, 110);
        delivers(210, 0);
        assertEquals(List.of(2, 3), detects(true, 210));
    }

    @Test
    void aLostRetransmissionIsLostAgain() {
        sends(2, 0);
        delivers(100, 1);
        assertEquals(List.of(0), detects(true, 100));
        sendsAgain(0, 100);
        sends(1, 101);
        delivers(201, 2);
        assertEquals(List.of(0), detects(true, 201));
    }

    // ---- ambiguous retransmissions, 6.2 step 2

    @Test
    void whatIsAcknowledgedSoonerThanAnyRoundTripIsNoRetransmission() {
        sends(4, 0);
        delivers(100, 1);
        sendsAgain(0, 100);
        delivers(199, 0);
        assertEquals(List.of(), detects(true, 300));
    }

    @Test
    void anEarlierEchoIsNotOfTheRetransmission() {
        sends(4, 0);
        delivers(100, 1);
        sendsAgain(0, 100);
        rack.beginAck();
        rack.onDelivered(flight, base, rtt.minNanos(), true, 99, 300 * MILLI);
        flight.markSacked(base);
        assertEquals(List.of(), detects(true, 300));
    }

    @Test
    void itsOwnEchoIs() {
        sends(4, 0);
        delivers(100, 1);
        sendsAgain(0, 100);
        rack.beginAck();
        rack.onDelivered(flight, base, rtt.minNanos(), true, 100, 300 * MILLI);
        flight.markSacked(base);
        assertEquals(List.of(2, 3), detects(true, 300));
    }

    // step 2 goes in the order of transmission
    @Test
    void theRoundTripIsThatOfTheSegmentSentLast() {
        sends(1, 0);
        sends(1, 0);
        sends(1, 90);
        sendsAgain(0, 100);
        delivers(200, 0, 1);
        // not 200 ms, as for 1
        assertEquals(List.of(2), detects(true, 200));
    }

    @Test
    void eachAcknowledgmentHasARoundTripOfItsOwn() {
        sends(1, 0);
        sends(2, 50);
        delivers(150, 2);
        delivers(150, 0);
        assertEquals(List.of(), detects(true, 199));
        assertEquals(List.of(), detects(false, 150));
        assertEquals((50 + 150 + 25) * MILLI, rack.nextNanos());
    }

    // ---- the retransmission timer, 6.3

    @Test
    void aTimeoutTakesTheFirstAndWhatIsOverdue() {
        sends(1, 0);
        delivers(100, 0);
        flight.removeFirst();
        base++;
        sends(1, 300);
        sends(1, 250);
        flight.sent(FIRST + 9 * LENGTH, FIRST + 10 * LENGTH, 301 * MILLI, 0);
        flight.sent(FIRST + 10 * LENGTH, FIRST + 11 * LENGTH, 300 * MILLI, 0);
        rack.detectOnTimeout(flight, rtt, fate(), 400 * MILLI);
        assertEquals(List.of(0, 1, 3), lost);
    }

    @Test
    void aTimeoutTakesTheFirstEvenIfItIsNotOverdue() {
        sends(2, 0);
        delivers(100, 0);
        flight.removeFirst();
        base++;
        sends(1, 390);
        sendsAgain(0, 395);
        rack.detectOnTimeout(flight, rtt, fate(), 400 * MILLI);
        assertEquals(List.of(0), lost);
    }

    @Test
    void aTimeoutLeavesWhatIsSackedOrLostAlready() {
        sends(4, 0);
        delivers(100, 2);
        flight.markLost(base + 1);
        rack.detectOnTimeout(flight, rtt, fate(), 400 * MILLI);
        assertEquals(List.of(0, 3), lost);
        assertEquals(3, flight.lostRecords());
    }
}
