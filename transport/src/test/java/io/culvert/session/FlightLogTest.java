/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is in flight, and the round trips that acknowledgments measure. */
final class FlightLogTest {
    private final FlightLog flight = new FlightLog();

    @Test
    void whatWaitedBehindAHoleMeasuresNoRoundTrip() {
        sendsThree();
        flight.markLost(0);
        flight.sentAgain(0, 5000, 55);
        assertEquals(-1, flight.acknowledge(300, false, 0, 9000));
    }

    @Test
    void theEchoedTimestampMeasuresTheRetransmission() {
        sendsThree();
        flight.markLost(0);
        flight.sentAgain(0, 5000, 55);
        assertEquals(4000, flight.acknowledge(300, true, 55, 9000));
    }

    @Test
    void theNewestSegmentMeasuresTheRoundTrip() {
        sendsThree();
        assertEquals(700, flight.acknowledge(300, false, 0, 1000));
    }

    @Test
    void lostRecordsAreFoundInOrder() {
        for (int i = 0; i < 100; i++) {
            flight.sent(i * 100, i * 100 + 100, i, i);
        }
        flight.markAllLost();
        for (int i = 0; i < 50; i++) {
            assertEquals(i, flight.firstLost());
            flight.sentAgain(i, 1000, 0);
        }
        flight.acknowledge(2000, false, 0, 2000);
        assertEquals(30, flight.firstLost());
        flight.markLost(3);
        assertEquals(3, flight.firstLost());
        flight.acknowledge(10_000, false, 0, 2000);
        assertEquals(-1, flight.firstLost());
        flight.sent(10_000, 10_100, 1, 1);
        flight.markLost(0);
        assertEquals(0, flight.firstLost());
    }

    private void sendsThree() {
        flight.sent(0, 100, 100, 1);
        flight.sent(100, 200, 200, 1);
        flight.sent(200, 300, 300, 1);
    }
}
