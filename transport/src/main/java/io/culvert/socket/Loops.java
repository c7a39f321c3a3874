/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/** The event loops that sockets have their channels on, and that must not wait for themselves. */
final class Loops {
    private final EventLoopGroup group;
    private final EventExecutor[] loops;

    Loops(EventLoopGroup group) {
        this.group = group;
        List<EventExecutor> all = new ArrayList<>();
        group.forEach(all::add);
        loops = all.toArray(new EventExecutor[0]);
    }

    News newNews() {
        return new News(loops[0].ticker());
    }

    ChannelFuture register(Channel channel) {
        return group.register(channel);
    }

    boolean isOnLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses what may wait for an event loop, when it is an event loop that calls.
     *
     * @throws BlockingOperationException on an event loop
     */
    void checkMayBlock(String operation) {
        if (isOnLoop()) {
            throw new BlockingOperationException(operation + " on an event loop would wait for that loop: "
                    + Thread.currentThread().getName() + " (use a thread of the application, or a CulvertChannel)");
        }
    }
}
