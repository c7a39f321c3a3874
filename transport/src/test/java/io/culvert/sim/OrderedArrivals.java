/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * The datagrams on a {@link Path} that keep their order. Only the first of them has a task in the event loop, so that a
 * long and fast path does not fill the loop's queue of timers.
 */
final class OrderedArrivals implements Runnable {
    private final SimulatedNetwork network;
    private final ArrayDeque<Datagram> datagrams = new ArrayDeque<>();
    private boolean scheduled;

    OrderedArrivals(SimulatedNetwork network) {
        this.network = network;
    }

    /** Takes a datagram that arrives no earlier than the one before it. */
    void add(Datagram datagram, long nanos) {
        datagram.due(nanos);
        datagrams.add(datagram);
        scheduleFirst();
    }

    @Override
    public void run() {
        scheduled = false;
        long nowNanos = network.loop().nowNanos();
        for (Datagram next = datagrams.peek(); next != null && next.dueNanos() <= nowNanos; next = datagrams.peek()) {
            network.arrive(datagrams.remove());
        }
        scheduleFirst();
    }

    private void scheduleFirst() {
        if (!scheduled && !datagrams.isEmpty()) {
            scheduled = true;
            network.loop().schedule(this, datagrams.peek().dueNanos() - network.loop().nowNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }
}
