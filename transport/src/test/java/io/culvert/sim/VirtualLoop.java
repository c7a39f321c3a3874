/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.util.concurrent.TimeUnit;

/**
 * An event loop in virtual time, owned by the thread that creates it and run by {@link SimulatedWorld}. It is an event
 * loop group of one: {@code new Bootstrap().group(loop)}.
 */
public final class VirtualLoop extends ManualIoEventLoop {
    /** As long as the base class sleeps, in real time, between two looks at a loop that is shutting down. */
    private static final long SHUTDOWN_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final VirtualClock clock;

    VirtualLoop() {
        this(new VirtualClock());
    }

    private VirtualLoop(VirtualClock clock) {
        super(null, Thread.currentThread(), LocalIoHandler.newFactory(), clock);
        this.clock = clock;
    }

    @Override
    protected boolean canBlock() {
        return false;
    }

    /** Runs tasks until none is ready at this instant. */
    void runReady() {
        // With a time limit, however long, the base class reads the clock after each task, which notices endless loops.
        int tasks;
        do {
            tasks = runNow(Long.MAX_VALUE);
        } while (tasks > 0 && (isShuttingDown() || isTimerDue()));
    }

    /** The base class has run every task, and those timers that were due when it began. */
    private boolean isTimerDue() {
        long next = nextScheduledTaskDeadlineNanos();
        return next >= 0 && next <= clock.nowNanos();
    }

    /** When the next scheduled task is due, -1 if there is none. */
    long nextDeadlineNanos() {
        if (isShuttingDown()) {
            return isTerminated() ? -1 : clock.nowNanos() + SHUTDOWN_STEP_NANOS;
        }
        return nextScheduledTaskDeadlineNanos();
    }

    long nowNanos() {
        return clock.nowNanos();
    }

    void advanceTo(long nanos) {
        clock.advanceTo(nanos);
    }
}
