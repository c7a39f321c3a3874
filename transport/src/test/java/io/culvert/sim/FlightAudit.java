/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.recovery.FlightLog;
import io.culvert.session.Session;
import io.culvert.session.TimerKind;
import io.culvert.session.TimerTable;
import java.util.function.Consumer;

/** What has to be true of a session's flight, recovery and timers whenever the session is not at work. */
final class FlightAudit {
    private final Session session;
    private final FlightLog flight;
    private final Consumer<String> faults;

    private FlightAudit(Session session, Consumer<String> faults) {
        this.session = session;
        this.flight = session.flight;
        this.faults = faults;
    }

    static void check(Session session, Consumer<String> faults) {
        if (session.snd.isSynAcked()) {
            FlightAudit audit = new FlightAudit(session, faults);
            audit.checkRecords();
            audit.checkOrder();
            audit.checkTimers();
        }
    }

    private void demand(boolean condition, String what) {
        if (!condition) {
            faults.accept(what);
        }
    }

    private void checkRecords() {
        int next = session.snd.una();
        int lost = 0;
        int lostProbes = 0;
        int sacked = 0;
        int pipe = 0;
        int firstLost = flight.end();
        for (int record = flight.first(); record != flight.end(); record++) {
            demand(flight.startOf(record) == next, "record " + record + " does not follow the one before");
            demand(flight.bytesOf(record) > 0, "record " + record + " is empty");
            next = flight.endOf(record);
            if (flight.isLost(record)) {
                firstLost = lost++ == 0 ? record : firstLost;
                lostProbes += flight.isProbe(record) ? 1 : 0;
                demand(!flight.isSacked(record), "record " + record + " is lost and acknowledged");
            } else if (flight.isSacked(record)) {
                sacked++;
            } else {
                pipe += flight.bytesOf(record);
            }
        }
        demand(next == session.snd.nxt(), "the last record does not end at SND.NXT");
        demand(flight.bytes() == session.snd.flightSize(), "bytes");
        demand(flight.lostRecords() == lost, "lost records");
        demand(flight.lostProbes() == lostProbes, "lost probes");
        demand(flight.sackedRecords() == sacked, "sacked records");
        demand(flight.pipe() == pipe, "pipe");
        demand(flight.firstLost() == firstLost, "first lost");
        demand(lost == lostProbes || session.recovery.isUnderWay(), "losses, and no recovery");
    }

    private void checkOrder() {
        int listed = 0;
        int before = flight.end();
        for (int record = flight.oldest(); record != flight.end() && listed <= flight.size();
                record = flight.newerThan(record)) {
            listed++;
            demand(!flight.isLost(record) && !flight.isSacked(record), "record " + record + " is listed");
            demand(before == flight.end() || flight.sentNanosOf(before) - flight.sentNanosOf(record) <= 0,
                    "record " + record + " is out of the order of transmission");
            before = record;
        }
        demand(listed == flight.size() - flight.lostRecords() - flight.sackedRecords(), "listed records");
    }

    private void checkTimers() {
        TimerTable timers = session.timers;
        boolean watched = timers.isSet(TimerKind.RETRANSMIT) || timers.isSet(TimerKind.REORDERING);
        demand(flight.isEmpty() != watched, "a timer for retransmissions " + watched + " with " + flight.size()
                + " in flight");
        demand(!flight.isEmpty() || !timers.isSet(TimerKind.TAIL_LOSS_PROBE), "tail loss probe of nothing");
        demand(!flight.isEmpty() || !timers.isSet(TimerKind.REORDERING), "reordering timer for nothing");
        demand(!flight.isEmpty() || !session.recovery.isUnderWay(), "recovery of nothing");
        boolean unsent = session.sendQueue.endSequence() != session.snd.nxt() && !session.snd.isFinSent();
        demand(!unsent || watched || timers.isSet(TimerKind.PERSIST) || timers.isSet(TimerKind.PACING),
                "unsent data and no timer");
        demand(unsent || flight.lostRecords() > 0 || session.snd.isFinQueued() || !timers.isSet(TimerKind.PACING),
                "pacing of nothing");
    }
}
