/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A close under way: holds Netty's closing task until everything is delivered or the linger time is over. */
final class Lingering implements Executor {
    private final EventLoop loop;
    private final long seconds;
    private Runnable closing;
    private Future<?> timeout;

    Lingering(EventLoop loop, long seconds) {
        this.loop = loop;
        this.seconds = seconds;
    }

    @Override
    public void execute(Runnable task) {
        closing = task;
        timeout = loop.schedule(this::end, seconds, TimeUnit.SECONDS);
    }

    void end() {
        Runnable task = closing;
        if (task != null) {
            closing = null;
            timeout.cancel(false);
            task.run();
        }
    }
}
