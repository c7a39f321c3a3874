/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What other event loops hand over to a carrier, in order: sessions that move to it, and datagrams of its sessions that
 * other sockets have received. The bytes of these are bounded: what comes too fast is dropped, as by a socket.
 */
final class HandedOver implements Runnable {
    /** Most bytes of datagrams that wait, a fixed cost of each included. */
    static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int DATAGRAM_COST = 256;

    private static final int MAX_BATCH = 64;

    private final Carrier carrier;
    private final Queue<Object> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    HandedOver(Carrier carrier) {
        this.carrier = carrier;
    }

    /**
     * Takes a datagram over; the caller goes on owning what it has. Any thread may call.
     *
     * @return false when it was dropped
     */
    boolean add(DatagramPacket datagram) {
        int cost = cost(datagram);
        if (bytes.addAndGet(cost) > MAX_BYTES) {
            bytes.addAndGet(-cost);
            return false;
        }
        ByteBuf content = datagram.content();
        // a small datagram must not keep the buffer that it was received in, of which it may be a slice
        boolean small = content.readableBytes() < DatagramBuffers.MAX_DATAGRAM_BYTES / 2;
        waiting.add(small ? datagram.copy() : datagram.retain());
        schedule();
        return true;
    }

    private static int cost(DatagramPacket datagram) {
        return datagram.content().readableBytes() + DATAGRAM_COST;
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
                bytes.addAndGet(-cost(datagram));
                carrier.receive(datagram);
            } else {
                // an arrival calls user code, which may block this thread: what it flushes is to leave at once
                carrier.batch.end();
                ((Runnable) next).run();
            }
        }
        carrier.batch.end();
        if (!waiting.isEmpty()) {
            schedule();
        }
    }
}
