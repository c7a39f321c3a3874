/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.session.SendQueue;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/** The promises of {@code delivered()}, each with the stream position that has to be acknowledged for it. */
final class Deliveries {
    private record Delivery(long position, Promise<Void> promise) {
    }

    /** Shared by all of which nothing was asked: nothing is ever added to it. */
    private static final ArrayDeque<Delivery> NONE = new ArrayDeque<>(0);

    private ArrayDeque<Delivery> waiting = NONE;

    /** Completes the promise when everything now in the queue, and so many bytes more, are acknowledged. */
    void add(SendQueue queue, long waitingBytes, Promise<Void> promise) {
        if (waiting == NONE) {
            waiting = new ArrayDeque<>();
        }
        waiting.add(new Delivery(queue.totalAppended() + waitingBytes, promise));
        acknowledged(queue);
    }

    void acknowledged(SendQueue queue) {
        while (!waiting.isEmpty() && waiting.peek().position() <= queue.totalReleased()) {
            waiting.poll().promise().trySuccess(null);
        }
    }

    /** The channel is closed; where nobody waits no exception is made, which takes long. */
    void closed() {
        if (!waiting.isEmpty()) {
            fail(new ClosedChannelException());
        }
    }

    void fail(Throwable cause) {
        for (Delivery next = waiting.poll(); next != null; next = waiting.poll()) {
            next.promise().tryFailure(cause);
        }
    }
}
