/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.TimeWait;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.culvert.state.Transition;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The TIME-WAIT records of a carrier, the oldest first: all wait equally long, so one timer watches the first. Their
 * number is bounded; past it the oldest gives way.
 */
final class TimeWaitTable {
    /** Most records of a carrier. */
    static final int MAX_RECORDS = 32768;

    private final Carrier carrier;
    private final Map<InetSocketAddress, TimeWait> records = new LinkedHashMap<>();
    private ScheduledFuture<?> timer;

    TimeWaitTable(Carrier carrier) {
        this.carrier = carrier;
    }

    TimeWait find(InetSocketAddress peer) {
        return records.isEmpty() ? null : records.get(peer);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    int size() {
        return records.size();
    }

    void add(TimeWait record, long nowNanos) {
        if (records.size() >= MAX_RECORDS) {
            carrier.counters.timeWaitsEvicted++;
            end(records.values().iterator().next(), ConnectionEvent.TIME_WAIT_OVER, nowNanos);
        }
        records.put(record.remoteAddress(), record);
        arm(nowNanos);
    }

    /** The peer's FIN came again: RFC 9293 3.10.7.4 starts 2 MSL again. */
    void restart(TimeWait record, long nowNanos) {
        ConnectionState before = record.state();
        Transition transition = record.machine().fire(ConnectionEvent.FIN);
        record.restart(nowNanos);
        records.remove(record.remoteAddress());
        records.put(record.remoteAddress(), record);
        record.observer().stateChanged(record, before, transition.to(), ConnectionEvent.FIN, nowNanos);
    }

    void end(TimeWait record, ConnectionEvent event, long nowNanos) {
        records.remove(record.remoteAddress(), record);
        Transition transition = record.machine().fire(event);
        record.observer().stateChanged(record, transition.from(), transition.to(), event, nowNanos);
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

    private void arm(long nowNanos) {
        if (timer == null && !records.isEmpty()) {
            long delay = records.values().iterator().next().deadlineNanos() - nowNanos;
            timer = carrier.loop().schedule(this::onTimer, Math.max(0, delay), TimeUnit.NANOSECONDS);
        }
    }

    private void onTimer() {
        timer = null;
        long now = carrier.now();
        Iterator<TimeWait> oldest = records.values().iterator();
        while (oldest.hasNext()) {
            TimeWait record = oldest.next();
            if (record.deadlineNanos() - now > 0) {
                break;
            }
            oldest.remove();
            end(record, ConnectionEvent.TIME_WAIT_OVER, now);
        }
        arm(now);
        carrier.closeIfIdle();
    }
}
