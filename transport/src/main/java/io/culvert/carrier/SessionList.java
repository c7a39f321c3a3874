/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.Incident;
import io.culvert.observe.SessionSummary;
import io.culvert.session.Session;
import io.culvert.session.TimeWait;
import io.culvert.state.ConnectionState;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * The sessions of many carriers as they are now, TIME-WAIT records among them. One event loop after the other is asked
 * for its own, and looks at {@value #SLICE} of them at a time, so that no session waits for a list.
 */
public final class SessionList {
    private static final int SLICE = 512;
    private static final String TIME_WAIT = "time-wait";

    private final Iterator<EventLoop> loops;
    private final Function<EventLoop, Collection<Carrier>> carriers;
    private final List<SessionSummary> summaries = new ArrayList<>();
    private final Promise<List<SessionSummary>> promise = GlobalEventExecutor.INSTANCE.newPromise();

    private SessionList(Collection<EventLoop> loops, Function<EventLoop, Collection<Carrier>> carriers) {
        this.loops = List.copyOf(loops).iterator();
        this.carriers = carriers;
    }

    /**
     * Collects a list. Any thread may call; none of the event loops may wait for it. The sessions of an event loop that
     * has ended are over.
     *
     * @param carriers those of an event loop that are meant, asked for there
     */
    public static Future<List<SessionSummary>> of(Collection<EventLoop> loops,
            Function<EventLoop, Collection<Carrier>> carriers) {
        SessionList list = new SessionList(loops, carriers);
        list.promise.setUncancellable();
        list.askNext();
        return list.promise;
    }

    private void askNext() {
        while (loops.hasNext()) {
            EventLoop loop = loops.next();
            if (execute(loop, () -> begin(loop))) {
                return;
            }
        }
        promise.trySuccess(List.copyOf(summaries));
    }

    /** False when the event loop takes no tasks any more. */
    private boolean execute(EventLoop loop, Runnable task) {
        if (loop.isShutdown()) {
            return false;
        }
        try {
            loop.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    promise.tryFailure(e);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void begin(EventLoop loop) {
        List<Object> found = new ArrayList<>();
        for (Carrier carrier : carriers.apply(loop)) {
            found.addAll(carrier.sessions.snapshot());
            found.addAll(carrier.timeWaits.snapshot());
        }
        goOn(loop, found.iterator());
    }

    private void goOn(EventLoop loop, Iterator<Object> found) {
        long now = loop.ticker().nanoTime();
        for (int i = 0; i < SLICE && found.hasNext(); i++) {
            Object next = found.next();
            SessionSummary summary =
                    next instanceof CarriedSession carried ? summary(carried, now) : summary((TimeWait) next, now);
            // it may have ended since
            if (summary.state() != ConnectionState.CLOSED) {
                summaries.add(summary);
            }
        }
        if (!found.hasNext() || !execute(loop, () -> goOn(loop, found))) {
            askNext();
        }
    }

    private static SessionSummary summary(CarriedSession carried, long nowNanos) {
        Session session = carried.session();
        return new SessionSummary(session.state(), session.localAddress(), session.remoteAddress(),
                session.receiveQueue.bytes(), session.sendQueue.bytes(), session.counters.bytesSent(),
                session.counters.bytesReceived(), session.counters.of(Incident.RETRANSMISSION),
                session.rtt.smoothedNanos(), session.timers.nextName(), session.timers.untilNext(nowNanos));
    }

    private static SessionSummary summary(TimeWait record, long nowNanos) {
        return new SessionSummary(record.state(), record.localAddress(), record.remoteAddress(), 0, 0, 0, 0, 0, 0,
                TIME_WAIT, Math.max(0, record.deadlineNanos() - nowNanos));
    }
}
