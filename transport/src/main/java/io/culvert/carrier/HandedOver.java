/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.socket.DatagramPacket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What other event loops hand over to a carrier, in order: sessions that move to it, and datagrams of its sessions that
 * other sockets have received. Datagrams are bounded: what comes too fast is dropped, as by a socket.
 */
final class HandedOver implements Runnable {
    /** Most datagrams that wait. */
    static final int MAX_DATAGRAMS = 4096;

    private static final int MAX_BATCH = 64;

    private final Carrier carrier;
    private final Queue<Object> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger datagrams = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    HandedOver(Carrier carrier) {
        this.carrier = carrier;
    }

    /**
     * Takes a datagram over, with the reference that the caller has to it. Any thread may call.
     *
     * @return false when it was dropped
     */
    boolean add(DatagramPacket datagram) {
        if (datagrams.getAndIncrement() >= MAX_DATAGRAMS) {
            datagrams.getAndDecrement();
            datagram.release();
            return false;
        }
        waiting.add(datagram);
        schedule();
        return true;
    }

    /** Takes over a session: what follows finds it there. Any thread may call. */
    void add(Runnable arrival) {
        waiting.add(arrival);
        schedule();
    }

    private void schedule() {
        if (!scheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            carrier.loop().execute(this);
        } catch (RejectedExecutionException e) {
            // the loop has ended, and its sockets with it
            run();
        }
    }

    /** One batch of the carrier. */
    @Override
    public void run() {
        scheduled.set(false);
        int left = MAX_BATCH;
        for (Object next = waiting.poll(); next != null; next = --left > 0 ? waiting.poll() : null) {
            if (next instanceof DatagramPacket datagram) {
                datagrams.getAndDecrement();
                carrier.receive(datagram);
            } else {
                ((Runnable) next).run();
            }
        }
        carrier.endBatch();
        if (!waiting.isEmpty()) {
            schedule();
        }
    }
}
