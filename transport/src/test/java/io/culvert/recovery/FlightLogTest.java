/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
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

    /** What the log should say, as a plain list. */
    private static final class Model {
        int start;
        int end;
        long sentNanos;
        boolean lost;
        boolean sacked;

        Model(int start, int end, long sentNanos) {
            this.start = start;
            this.end = end;
            this.sentNanos = sentNanos;
        }
    }

    /** Any steps that the engine may take leave the log and a plain list of records of one mind. */
    @Property
    void isOneMindWithAPlainList(@ForAll @Size(max = 300) List<@IntRange(max = 8999) Integer> steps) {
        FlightLog log = new FlightLog();
        List<Model> model = new ArrayList<>();
        int nxt = FIRST;
        long now = 0;
        for (int step : steps) {
            int amount = step / 9;
            now += amount % 3;
            if (step % 9 < 3) {
                log.sent(nxt, nxt + amount + 1, now, 0);
                model.add(new Model(nxt, nxt + amount + 1, now));
                nxt += amount + 1;
            } else if (!model.isEmpty()) {
                step(log, model, step % 9, amount, now);
            }
            check(log, model);
        }
    }

    private static void step(FlightLog log, List<Model> model, int kind, int amount, long now) {
        int at = amount % model.size();
        int record = log.first() + at;
        Model of = model.get(at);
        if (kind == 3) {
            acknowledge(log, model, amount);
        } else if (kind == 4) {
            log.markLost(record);
            of.lost |= !of.sacked;
        } else if (kind == 5 && !of.sacked) {
            log.sentAgain(record, now, 0);
            of.lost = false;
            of.sentNanos = now;
        } else if (kind == 6 && !of.sacked) {
            log.markSacked(record);
            of.sacked = true;
            of.lost = false;
        } else if (kind == 7 && of.lost && of.end - of.start > 1) {
            log.split(record, 1);
            Model tail = new Model(of.start + 1, of.end, of.sentNanos);
            tail.lost = true;
            of.end = tail.start;
            model.add(at + 1, tail);
        } else if (kind == 8 && amount % 7 == 0) {
            log.forgetSacks();
            model.forEach(m -> m.sacked = false);
        } else if (kind == 8 && amount % 7 == 1) {
            log.forgetLosses();
            model.forEach(m -> m.lost = false);
        }
    }

    private static void acknowledge(FlightLog log, List<Model> model, int amount) {
        int ack = model.get(0).start + Math.min(amount, model.get(model.size() - 1).end - model.get(0).start);
        while (!model.isEmpty() && model.get(0).end - ack <= 0) {
            model.remove(0);
            log.removeFirst();
        }
        int covered = model.isEmpty() ? 0 : Math.max(0, ack - model.get(0).start);
        assertEquals(covered, log.trimFirst(ack));
        if (covered > 0) {
            model.get(0).start = ack;
        }
    }

    private static void check(FlightLog log, List<Model> model) {
        assertEquals(model.size(), log.size());
        int pipe = 0;
        int bytes = 0;
        int firstLost = -1;
        int sacked = 0;
        int listed = 0;
        for (int i = 0; i < model.size(); i++) {
            Model m = model.get(i);
            int record = log.first() + i;
            assertEquals(m.start, log.startOf(record));
            assertEquals(m.end, log.endOf(record));
            assertEquals(m.sentNanos, log.sentNanosOf(record));
            assertEquals(m.lost, log.isLost(record));
            assertEquals(m.sacked, log.isSacked(record));
            assertEquals(record, log.firstFrom(m.start));
            bytes += m.end - m.start;
            pipe += m.lost || m.sacked ? 0 : m.end - m.start;
            sacked += m.sacked ? 1 : 0;
            listed += m.lost || m.sacked ? 0 : 1;
            firstLost = m.lost && firstLost < 0 ? i : firstLost;
        }
        assertEquals(bytes, log.bytes());
        assertEquals(pipe, log.pipe());
        assertEquals(sacked, log.sackedRecords());
        assertEquals(firstLost < 0 ? log.end() : log.first() + firstLost, log.firstLost());
        checkUnsacked(log, model);
        checkOrder(log, listed);
    }

    private static void checkUnsacked(FlightLog log, List<Model> model) {
        int unsacked = log.end();
        for (int i = model.size() - 1; i >= 0; i--) {
            unsacked = model.get(i).sacked ? unsacked : log.first() + i;
            if (i % 3 == 0) {
                assertEquals(unsacked, log.nextUnsacked(log.first() + i));
            }
        }
    }

    private static void checkOrder(FlightLog log, int listed) {
        int count = 0;
        long before = Long.MIN_VALUE;
        for (int r = log.oldest(); r != log.end(); r = log.newerThan(r)) {
            assertFalse(log.isLost(r) || log.isSacked(r));
            assertTrue(log.sentNanosOf(r) >= before);
            before = log.sentNanosOf(r);
            count++;
        }
        assertEquals(listed, count);
    }

    @Test
    void aRetransmissionIsTheNewest() {
        sent(0, 10, 20, 30);
        flight.sentAgain(flight.first(), 500, 9);
        assertEquals(flight.first() + 1, flight.oldest());
        assertEquals(flight.first(), flight.newerThan(flight.first() + 2));
        assertEquals(flight.end(), flight.newerThan(flight.first()));
        assertTrue(flight.isRetransmitted(flight.first()));
    }

    @Test
    void whatIsSackedIsNeverLost() {
        sent(0, 10, 20);
        flight.markLost(flight.first());
        flight.markSacked(flight.first());
        flight.markLost(flight.first());
        flight.markLost(flight.first() + 1);
        assertFalse(flight.isLost(flight.first()));
        assertEquals(0, flight.pipe());
        assertEquals(1, flight.lostRecords());
    }

    @Test
    void aProbeIsOneUntilItIsSentAgain() {
        sent(0, 10);
        flight.markProbe(flight.first());
        assertTrue(flight.isProbe(flight.first()));
        flight.sentAgain(flight.first(), 1, 1);
        assertFalse(flight.isProbe(flight.first()));
    }

    private static List<Integer> transmissionOrder(FlightLog log) {
        List<Integer> order = new ArrayList<>();
        for (int record = log.oldest(); record != log.end(); record = log.newerThan(record)) {
            order.add(record - log.first());
        }
        return order;
    }

    /** RACK goes by the end of segments that were sent at one instant, and stops at the first that is too new. */
    @Test
    void whatWasSentAtOneInstantGoesBackInItsOrder() {
        for (int i = 0; i < 5; i++) {
            flight.sent(FIRST + i, FIRST + i + 1, 100, 0);
        }
        flight.markLost(flight.first() + 1);
        flight.markLost(flight.first() + 3);
        flight.forgetLosses();
        assertEquals(List.of(0, 1, 2, 3, 4), transmissionOrder(flight));
        flight.markSacked(flight.first() + 2);
        flight.markSacked(flight.first() + 4);
        flight.forgetSacks();
        assertEquals(List.of(0, 1, 2, 3, 4), transmissionOrder(flight));
    }

    /** A peer can make a sender take back every loss of a large flight time and again. */
    @Test
    void takingBackAllLossesOfALargeFlightTakesNoLongerThanTheFlightIsLong() {
        int half = 150_000;
        for (int i = 0; i < 2 * half; i++) {
            flight.sent(FIRST + i, FIRST + i + 1, i, 0);
        }
        for (int i = 0; i < half; i++) {
            flight.markLost(flight.first() + i);
        }
        // 22,500,000,000 steps if each went by all that were sent later
        assertTimeoutPreemptively(Duration.ofSeconds(10), flight::forgetLosses);
        assertEquals(2 * half, flight.pipe());
        assertEquals(flight.first(), flight.oldest());
    }
}
