/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.Transmitter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The sessions that send after the tasks that wait on the event loop, but before those that come then: they have at
 * most an acknowledgment to send, and where applications answer from a task, as gRPC does, it travels with the answer.
 */
final class AfterTasks {
    private final EventLoop loop;
    private final Batch batch;
    private final Set<CarriedSession> sessions = new LinkedHashSet<>();
    private boolean scheduled;
    private boolean over;

    AfterTasks(EventLoop loop, Batch batch) {
        this.loop = loop;
        this.batch = batch;
    }

    /** Whether a session lets tasks go first; it is served again after them, unless it has sent by then. */
    boolean takes(CarriedSession carried) {
        if (over || !Transmitter.mayWait(carried.session()) || !hasTasks()) {
            return false;
        }
        sessions.add(carried);
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::serve);
        }
        return true;
    }

    /** Whether tasks wait on the event loop, and it takes another. */
    private boolean hasTasks() {
        return loop instanceof SingleThreadEventExecutor executor && executor.pendingTasks() > 0
                && !executor.isShuttingDown();
    }

    private void serve() {
        scheduled = false;
        sessions.forEach(batch::touch);
        over = true;
        try {
            batch.run();
        } finally {
            over = false;
        }
    }

    /** A session sends, or leaves the carrier. */
    void remove(CarriedSession carried) {
        sessions.remove(carried);
    }
}
