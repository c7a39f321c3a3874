/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.culvert.session.Session;
import io.culvert.session.TimeWait;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.culvert.state.Transition;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The TIME-WAIT records of a carrier, in the order in which they end; one timer watches the first. Their number is
 * bounded; past it the first gives way.
 */
final class TimeWaitTable {
    /** Most records of a carrier. */
    static final int MAX_RECORDS = 32768;
    /** Entries of records that have ended early are swept out when they outnumber the others by so many. */
    private static final int SPARE_DEADLINES = 64;

    private final Carrier carrier;
    private final Map<InetSocketAddress, TimeWait> records = new HashMap<>();
    private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>();
    private ScheduledFuture<?> timer;
    private long timerNanos;

    TimeWaitTable(Carrier carrier) {
        this.carrier = carrier;
    }

    TimeWait find(InetSocketAddress peer) {
        return records.isEmpty() ? null : records.get(peer);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** A session of the carrier's has entered TIME-WAIT: a record takes its place. */
    void enter(Session session, long nowNanos) {
        carrier.letRest(session);
        TimeWait record = new TimeWait(session, nowNanos);
        add(record, nowNanos);
        IdleCarriers.add(carrier, record);
    }

    /** Ends the record of a connected socket early, and with it the socket. */
    void evict(TimeWait record) {
        carrier.counters.note(CarrierIncident.TIME_WAIT_EVICTED);
        end(record, ConnectionEvent.TIME_WAIT_OVER, carrier.now());
        carrier.closeIfIdle();
    }

    /** Ends a session in TIME-WAIT at once. */
    void cut(Session session) {
        TimeWait record = find(session.remoteAddress());
        if (record != null && record.machine() == session.machine) {
            end(record, ConnectionEvent.ABORT, carrier.now());
            carrier.closeIfIdle();
        }
    }

    private void add(TimeWait record, long nowNanos) {
        if (records.size() >= MAX_RECORDS) {
            carrier.counters.note(CarrierIncident.TIME_WAIT_EVICTED);
            end(first().record(), ConnectionEvent.TIME_WAIT_OVER, nowNanos);
        }
        records.put(record.remoteAddress(), record);
        deadlines.add(new Deadline(record, record.deadlineNanos()));
        arm(nowNanos);
    }

    /** The peer's FIN came again: RFC 9293 3.10.7.4 starts 2 MSL again. */
    void restart(TimeWait record, long nowNanos) {
        ConnectionState before = record.state();
        Transition transition = record.machine().fire(ConnectionEvent.FIN);
        record.restart(nowNanos);
        record.observer().stateChanged(record, before, transition.to(), ConnectionEvent.FIN, nowNanos);
    }

    void end(TimeWait record, ConnectionEvent event, long nowNanos) {
        if (records.remove(record.remoteAddress(), record)) {
            carrier.siblings.disclaim(record.remoteAddress());
        }
        IdleCarriers.remove(carrier);
        if (records.isEmpty()) {
            deadlines.clear();
        } else if (deadlines.size() > 2 * records.size() + SPARE_DEADLINES) {
            deadlines.removeIf(deadline -> !isKept(deadline));
        }
        Transition transition = record.machine().fire(event);
        carrier.totals.moved(transition.from(), transition.to());
        record.observer().stateChanged(record, transition.from(), transition.to(), event, nowNanos);
    }

    /** A copy, for a walk during which records may end. */
    List<TimeWait> snapshot() {
        return new ArrayList<>(records.values());
    }

    /** Ends every record: the socket is gone. */
    void endAll(long nowNanos) {
        for (TimeWait record : new ArrayList<>(records.values())) {
            end(record, ConnectionEvent.TIME_WAIT_OVER, nowNanos);
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The first deadline that is still true; {@code null} when no record is left. */
    private Deadline first() {
        for (Deadline next = deadlines.peek(); next != null; next = deadlines.peek()) {
            boolean kept = isKept(next);
            if (kept && next.nanos() == next.record().deadlineNanos()) {
                return next;
            }
            deadlines.poll();
            if (kept) {
                // 2 MSL were started again since
                deadlines.add(new Deadline(next.record(), next.record().deadlineNanos()));
            }
        }
        return null;
    }

    private boolean isKept(Deadline deadline) {
        return records.get(deadline.record().remoteAddress()) == deadline.record();
    }

    private void arm(long nowNanos) {
        Deadline first = first();
        if (first == null || timer != null && timerNanos - first.nanos() <= 0) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = first.nanos();
        timer = carrier.loop().schedule(this::onTimer, Math.max(0, timerNanos - nowNanos), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        long now = carrier.now();
        for (Deadline first = first(); first != null && first.nanos() - now <= 0; first = first()) {
            end(first.record(), ConnectionEvent.TIME_WAIT_OVER, now);
        }
        arm(now);
        carrier.closeIfIdle();
    }

    /** When a record was to end, as it was when the entry was made: a restart is noticed when the entry comes up. */
    private record Deadline(TimeWait record, long nanos) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            return Long.signum(nanos - other.nanos);
        }
    }
}
