/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The records of what is in flight. */
final class FlightLogTest {
    private static final int FIRST = -1000;

    private final FlightLog flight = new FlightLog();

    private void sent(int... edges) {
        for (int i = 0; i + 1 < edges.length; i++) {
            flight.sent(FIRST + edges[i], FIRST + edges[i + 1], 100 * i, 7 + i);
        }
    }

    /** Steps: send, acknowledge, mark lost, send again; the sums are those of the records. */
    @Property
    void sumsAreThoseOfTheRecords(@ForAll @Size(max = 200) List<@IntRange(max = 3999) Integer> steps) {
        FlightLog log = new FlightLog();
        int una = FIRST;
        int nxt = FIRST;
        for (int step : steps) {
            int amount = step / 4;
            if (step % 4 == 0) {
                log.sent(nxt, nxt + amount + 1, 0, 0);
                nxt += amount + 1;
            } else if (step % 4 == 1) {
                una += Math.min(amount, nxt - una);
                log.acknowledge(una, false, 0, 1);
            } else if (!log.isEmpty()) {
                int record = amount % log.size();
                if (step % 4 == 2) {
                    log.markLost(record);
                } else {
                    log.sentAgain(record, 0, 0);
                }
            }
            check(log, una, nxt);
        }
        log.acknowledge(nxt, false, 0, 1);
        check(log, nxt, nxt);
        assertTrue(log.isEmpty());
    }

    private static void check(FlightLog log, int una, int nxt) {
        int at = una;
        int pipe = 0;
        int lost = 0;
        int firstLost = -1;
        for (int i = 0; i < log.size(); i++) {
            assertEquals(at, log.startOf(i));
            at = log.endOf(i);
            if (log.isLost(i)) {
                lost++;
                firstLost = firstLost < 0 ? i : firstLost;
            } else {
                pipe += log.endOf(i) - log.startOf(i);
            }
        }
        assertEquals(nxt, at);
        assertEquals(pipe, log.pipe());
        assertEquals(lost, log.lostRecords());
        assertEquals(firstLost, log.firstLost());
    }

    @Test
    void measuresTheNewestSegmentAcknowledged() {
        sent(0, 10, 20, 30);
        assertEquals(1000 - 100, flight.acknowledge(FIRST + 20, false, 0, 1000));
        assertEquals(-1, flight.acknowledge(FIRST + 25, false, 0, 1000));
        assertEquals(1000 - 200, flight.acknowledge(FIRST + 30, false, 0, 1000));
    }

    // RFC 6298 section 3: Karn's algorithm
    @Test
    void measuresNothingOfARetransmission() {
        sent(0, 10);
        flight.markLost(0);
        flight.sentAgain(0, 500, 50);
        assertTrue(flight.isRetransmitted(0));
        assertEquals(-1, flight.acknowledge(FIRST + 10, false, 0, 1000));
    }

    @Test
    void anEchoSettlesWhichTransmissionWasMeant() {
        sent(0, 10);
        flight.sentAgain(0, 500, 50);
        assertEquals(500, flight.acknowledge(FIRST + 10, true, 50, 1000));
        sent(10, 20);
        flight.sentAgain(0, 500, 50);
        assertEquals(-1, flight.acknowledge(FIRST + 20, true, 7, 1000));
    }

    @Test
    void measuresNothingOfWhatWaitedBehindARetransmission() {
        sent(0, 10, 20, 30);
        flight.sentAgain(0, 500, 50);
        assertEquals(-1, flight.acknowledge(FIRST + 30, false, 0, 1000));
        sent(30, 40, 50);
        flight.sentAgain(0, 500, 50);
        assertEquals(500, flight.acknowledge(FIRST + 50, true, 50, 1000));
    }

    @Test
    void clearForgetsEverything() {
        sent(0, 10, 20);
        flight.markAllLost();
        flight.clear();
        assertTrue(flight.isEmpty());
        assertEquals(0, flight.pipe());
        assertEquals(0, flight.lostRecords());
    }

    @Test
    void lostRecordsAreFoundInOrder() {
        FlightLog flight = new FlightLog();
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
    }
}
