/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.HostPath;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open carriers of each event loop. What belongs to a loop is touched on that loop only. */
public final class CarrierRegistry {
    private static final Map<EventLoop, OfLoop> OPEN = new ConcurrentHashMap<>();

    private CarrierRegistry() {
    }

    static void opened(Carrier carrier) {
        OPEN.computeIfAbsent(carrier.loop(), OfLoop::new).carriers.add(carrier);
    }

    static void closed(Carrier carrier) {
        OPEN.computeIfPresent(carrier.loop(), (loop, open) -> {
            open.carriers.remove(carrier);
            return open.isKept() ? open : open.forgotten();
        });
    }

    /** The carriers of a loop now. Called on that loop. */
    public static List<Carrier> of(EventLoop loop) {
        OfLoop open = OPEN.get(loop);
        return open == null ? List.of() : List.copyOf(open.carriers);
    }

    /** What the open carriers of a loop know of the path within the host. Called on that loop. */
    static HostPath hostPath(EventLoop loop) {
        return OPEN.get(loop).hostPath;
    }

    /**
     * The carriers of one loop. Shut down with a quiet period of 0, a loop of Netty 4.2.18 ends without closing its
     * sockets when it was running tasks at that moment ({@code SingleThreadIoEventLoop.run}); the hook, which it runs
     * last, does it then.
     */
    private static final class OfLoop {
        /** Closing a socket of io_uring takes turns of the loop, and the descriptor is closed by the last of them. */
        private static final int LAST_TURNS = 16;

        private final Set<Carrier> carriers = new HashSet<>();
        private final HostPath hostPath = new HostPath();
        private final EventLoop loop;
        private final IoHandler ioUring;
        private final Runnable hook = this::loopEnds;

        OfLoop(EventLoop loop) {
            this.loop = loop;
            ioUring = CarrierFactory.IO_URING ? IoUringSockets.handlerOf(loop) : null;
            if (loop instanceof SingleThreadEventExecutor executor) {
                executor.addShutdownHook(hook);
            }
            if (ioUring != null) {
                loop.terminationFuture().addListener(ended -> OPEN.remove(loop));
            }
        }

        /** A loop of io_uring is to turn a few times more even if its carriers are gone. */
        boolean isKept() {
            return ioUring != null || !carriers.isEmpty();
        }

        OfLoop forgotten() {
            if (loop instanceof SingleThreadEventExecutor executor) {
                executor.removeShutdownHook(hook);
            }
            return null;
        }

        private void loopEnds() {
            for (int turn = 0; ioUring != null && turn < LAST_TURNS; turn++) {
                ioUring.prepareToDestroy();
            }
            List.copyOf(carriers).forEach(Carrier::loopEnds);
        }
    }
}
