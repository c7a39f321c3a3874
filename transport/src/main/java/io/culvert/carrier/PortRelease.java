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

/**
 * When the port of a closed socket is free. The JDK keeps a closed socket open until the selector has let go of it, one
 * turn of the event loop later, and nobody else can bind to the port until then.
 */
final class PortRelease {
    /** Of a socket that is closed when it says so. */
    static final PortRelease AT_ONCE = new PortRelease(null);

    private static final long LOOK_AGAIN_MILLIS = 1;

    private final SelectableChannel socket;

    /** For a socket of the JDK. */
    PortRelease(SelectableChannel socket) {
        this.socket = socket;
    }

    /** Completes when the port of the socket, which is being closed, is free. Called on its event loop. */
    Future<Void> releasedAfter(Future<Void> closing, EventLoop loop) {
        Promise<Void> released = loop.newPromise();
        closing.addListener(closed -> {
            if (isReleased() || loop.isShuttingDown()) {
                released.trySuccess(null);
            } else {
                lookAgain(loop, released);
            }
        });
        return released;
    }

    private boolean isReleased() {
        return socket == null || !socket.isRegistered();
    }

    private void lookAgain(EventLoop loop, Promise<Void> released) {
        loop.schedule(() -> {
            if (isReleased() || loop.isShuttingDown()) {
                released.trySuccess(null);
            } else {
                lookAgain(loop, released);
            }
        }, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS).addListener(looked -> {
            // a loop that ends cancels its timers
            if (looked.isCancelled()) {
                released.trySuccess(null);
            }
        });
    }
}
