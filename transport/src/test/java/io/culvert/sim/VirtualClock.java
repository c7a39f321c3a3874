/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.util.concurrent.MockTicker;
import java.util.concurrent.TimeUnit;

/**
 * Time that moves only when it is told to. Starts at 0.
 *
 * <p>A clock that is read millions of times and does not move is how an endless loop at one instant looks from here,
 * so that is where it is caught: the event loop reads its clock after every task.
 */
final class VirtualClock implements MockTicker {
    static final int MAX_READS_PER_INSTANT = 10_000_000;

    private long nowNanos;
    private int reads;

    @Override
    public long nanoTime() {
        if (++reads > MAX_READS_PER_INSTANT) {
            throw new AssertionError("endless loop: the clock was read " + MAX_READS_PER_INSTANT
                    + " times at one instant");
        }
        return nowNanos;
    }

    /** The time, for the one who moves it: not counted as a read. */
    long nowNanos() {
        return nowNanos;
    }

    @Override
    public void advance(long amount, TimeUnit unit) {
        advanceTo(nowNanos + unit.toNanos(amount));
    }

    void advanceTo(long nanos) {
        if (nanos < nowNanos) {
            throw new IllegalArgumentException("time runs forwards: " + nanos + " < " + nowNanos);
        }
        if (nanos > nowNanos) {
            nowNanos = nanos;
            reads = 0;
        }
    }

    @Override
    public void sleep(long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody else would move the clock meanwhile");
    }
}
