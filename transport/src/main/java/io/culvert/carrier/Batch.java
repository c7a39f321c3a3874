/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.Session;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A carrier's order of service: collects the sessions that a batch of datagrams touches and, at the batch's end, lets
 * each deliver to its application and transmit, then flushes the socket once. Every method runs on the event loop.
 */
final class Batch {
    private final Carrier carrier;
    private final Ticker ticker;
    private final ArrayDeque<CarriedSession> touched = new ArrayDeque<>();
    /** What waits for the socket to become writable. */
    private final Set<CarriedSession> blocked = new LinkedHashSet<>();
    private final AfterTasks afterTasks;
    /** Whether something waits for the socket's flush. */
    private boolean written;
    /** What sends next in any case. */
    private CarriedSession delivering;
    private boolean underWay;
    private boolean running;
    private long nanos;

    Batch(Carrier carrier, Ticker ticker) {
        this.carrier = carrier;
        this.ticker = ticker;
        afterTasks = new AfterTasks(carrier.loop(), this);
    }

    /** The batch's time while one is under way, otherwise the clock's. */
    long now() {
        return underWay ? nanos : ticker.nanoTime();
    }

    /** A datagram has come: the first of a batch reads the clock. */
    long enter() {
        if (!underWay) {
            underWay = true;
            nanos = ticker.nanoTime();
        }
        return nanos;
    }

    /** Whether sessions are served, or wait for it. */
    boolean isBusy() {
        return running || !touched.isEmpty();
    }

    /** A session leaves the carrier. */
    void letGo(CarriedSession carried) {
        touched.remove(carried);
        blocked.remove(carried);
        afterTasks.remove(carried);
        carried.untouch();
    }

    /** Remembers a session for the end of the batch. */
    void touch(CarriedSession carried) {
        if (carried.touch()) {
            touched.add(carried);
        }
    }

    /** All datagrams of the batch are processed. */
    void end() {
        underWay = false;
        run();
    }

    /** Lets every touched session deliver and transmit, and flushes. The only place where user code is called. */
    void run() {
        if (running || underWay) {
            return;
        }
        running = true;
        try {
            do {
                for (CarriedSession next = touched.poll(); next != null; next = touched.poll()) {
                    next.untouch();
                    try {
                        serve(next);
                    } catch (Throwable t) {
                        // one session's fault is not its neighbours'
                        carrier.errors.onFault(next.session(), t);
                        carrier.endFailed(next.session());
                    }
                }
                flushWritten();
            } while (!touched.isEmpty());
        } finally {
            running = false;
        }
        carrier.completeDrained();
        carrier.closeIfIdle();
    }

    private void serve(CarriedSession carried) {
        Session session = carried.session();
        if (session.inbox.isConnectedNews()) {
            // the last segment of the handshake leaves before the application hears of it, and may block
            carrier.transmit(session);
            flushWritten();
        }
        delivering = carried;
        try {
            deliver(carried);
        } finally {
            delivering = null;
        }
        if (!afterTasks.takes(carried)) {
            send(carried);
        }
    }

    /** A datagram is on its way to the socket, or will be part of one. */
    void written() {
        written = true;
    }

    private void flushWritten() {
        if (written) {
            written = false;
            carrier.udp().flush();
        }
    }

    private void deliver(CarriedSession carried) {
        Session session = carried.session();
        if (session.owner() != null) {
            session.owner().onInbox();
        } else if (session.isPassive() && !carried.isAccepted() && carrier.acceptor() != null) {
            carrier.openings.offer(carried);
        }
    }

    /**
     * Sends what a session has to send: at once, because the caller may block its thread next, but for flushes made
     * while a batch is being delivered, which are one with it.
     */
    void flush(CarriedSession carried) {
        if (underWay || running && !carried.isSentInline()) {
            if (carried != delivering) {
                touch(carried);
            }
            return;
        }
        send(carried);
        flushWritten();
    }

    private void send(CarriedSession carried) {
        afterTasks.remove(carried);
        carrier.transmit(carried.session());
        carried.rearm();
        if (!carrier.udp().isWritable()) {
            blocked.add(carried);
        }
    }

    void becameWritable() {
        blocked.forEach(this::touch);
        blocked.clear();
        run();
    }
}
