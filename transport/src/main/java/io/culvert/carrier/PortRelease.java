/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * When the port of a closed socket is free. The JDK keeps a closed socket open until the selector has let go of it, and
 * the kernel one that io_uring has closed until its last operations are: both take another turn of the event loop, and
 * nobody else can bind to the port until then.
 */
final class PortRelease {
    /** Of a socket that is closed when it says so. */
    static final PortRelease AT_ONCE = new PortRelease(() -> true, 0);
    /** Of io_uring. */
    static final PortRelease TURNS_LATER = new PortRelease(() -> true, 2);

    private static final long LOOK_AGAIN_MILLIS = 1;

    private final BooleanSupplier released;
    private final int turns;

    private PortRelease(BooleanSupplier released, int turns) {
        this.released = released;
        this.turns = turns;
    }

    /** Of a socket of the JDK. */
    static PortRelease of(SelectableChannel socket) {
        return new PortRelease(() -> !socket.isRegistered(), 0);
    }

    /** Completes when the port of the socket, which is being closed, is free. Called on its event loop. */
    Future<Void> releasedAfter(Future<Void> closing, EventLoop loop) {
        Promise<Void> free = loop.newPromise();
        closing.addListener(closed -> look(loop, free, turns));
        return free;
    }

    private void look(EventLoop loop, Promise<Void> free, int turnsLeft) {
        if (turnsLeft <= 0 && released.getAsBoolean() || loop.isShuttingDown()) {
            free.trySuccess(null);
            return;
        }
        loop.schedule(() -> look(loop, free, turnsLeft - 1), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                .addListener(looked -> {
                    // a loop that ends cancels its timers
                    if (looked.isCancelled()) {
                        free.trySuccess(null);
                    }
                });
    }
}
