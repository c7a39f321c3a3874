/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.Ticker;
import java.util.function.BooleanSupplier;

/** Lets an event loop look again for a moment before it sleeps in the kernel, while that is worth it. */
final class WakefulSelect implements SelectStrategy {
    private final Ticker ticker;
    private final BooleanSupplier tasks;
    private final Patience patience = new Patience();

    /** For an event loop with this clock, which may be asked whether tasks wait on it. */
    WakefulSelect(Ticker ticker, BooleanSupplier tasks) {
        this.ticker = ticker;
        this.tasks = tasks;
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        long nowNanos = ticker.nanoTime();
        if (hasTasks || patience.isAsleep()) {
            patience.ends(nowNanos);
        }
        if (hasTasks) {
            return selectNow.get();
        }
        if (!patience.looksAgain(nowNanos)) {
            return SELECT;
        }
        int ready = selectNow.get();
        if (ready > 0) {
            patience.ends(nowNanos);
            return ready;
        }
        Thread.yield();
        if (tasks.getAsBoolean()) {
            // they are done before the loop asks again
            patience.ends(ticker.nanoTime());
        }
        return CONTINUE;
    }
}
