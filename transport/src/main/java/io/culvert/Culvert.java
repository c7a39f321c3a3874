/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.Carrier;
import io.culvert.carrier.CarrierRegistry;
import io.culvert.carrier.SessionList;
import io.culvert.observe.SessionSummary;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** What concerns more than one channel. */
public final class Culvert {
    private Culvert() {
    }

    /**
     * A future for "no session of this group has anything left to deliver", closed channels' sessions included: the
     * step before {@code group.shutdownGracefully()}, which takes the UDP sockets away at once. Close the channels
     * first; sessions that their applications keep writing to keep the future waiting. Any thread may call it.
     */
    public static Future<Void> drain(EventLoopGroup group) {
        Promise<Void> drained = GlobalEventExecutor.INSTANCE.newPromise();
        GlobalEventExecutor.INSTANCE.execute(() -> {
            PromiseCombiner all = new PromiseCombiner(GlobalEventExecutor.INSTANCE);
            for (EventExecutor executor : group) {
                if (executor instanceof EventLoop loop) {
                    all.add(drainLoop(loop));
                }
            }
            all.finish(drained);
        });
        return drained;
    }

    /**
     * All sessions of a group as they are now, clients' and servers': those whose channels are closed and what is left
     * of them in TIME-WAIT among them. Any thread may call it, but must not wait for it on an event loop. Every event
     * loop lists its own, a few hundred at a time with other work in between, so that the list is of no single moment.
     */
    public static Future<List<SessionSummary>> sessions(EventLoopGroup group) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            if (executor instanceof EventLoop loop) {
                loops.add(loop);
            }
        }
        return SessionList.of(loops, CarrierRegistry::of);
    }

    private static Future<Void> drainLoop(EventLoop loop) {
        Promise<Void> drained = GlobalEventExecutor.INSTANCE.newPromise();
        if (loop.isShuttingDown()) {
            return drained.setSuccess(null);
        }
        try {
            loop.execute(() -> {
                PromiseCombiner all = new PromiseCombiner(loop);
                for (Carrier carrier : CarrierRegistry.of(loop)) {
                    all.add(carrier.drained());
                }
                all.finish(drained);
            });
        } catch (RejectedExecutionException e) {
            // shut down meanwhile: its sockets are gone, and so are its sessions
            drained.setSuccess(null);
        }
        return drained;
    }
}
