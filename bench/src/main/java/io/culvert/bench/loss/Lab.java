/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.sim.Bottleneck;
import io.culvert.sim.SimulatedNetwork;
import io.culvert.sim.SimulatedWorld;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two hosts, a {@link Link} between them, and the sessions over it, in virtual time on the thread that made it. */
final class Lab implements AutoCloseable {
    // addresses of documentation (RFC 5737), which no interface of this machine has
    static final InetAddress SENDER = SimulatedNetwork.host("192.0.2.1");
    static final InetAddress RECEIVER = SimulatedNetwork.host("198.51.100.1");

    /** Keeps at hand what is in flight on a long and fast path. */
    private static final int CACHED_BUFFERS = 64 * 1024;
    private static final ByteBufAllocator BUFFERS = new PooledByteBufAllocator(true, 0,
            Runtime.getRuntime().availableProcessors(), PooledByteBufAllocator.defaultPageSize(),
            PooledByteBufAllocator.defaultMaxOrder(), CACHED_BUFFERS,
            PooledByteBufAllocator.defaultNormalCacheSize(), true);

    private final SimulatedWorld world;
    private final Link link;
    private final Buffers buffers;
    private final List<Flow> flows = new ArrayList<>();

    Lab(Link link, Buffers buffers, long seed) {
        this(link, buffers, seed, BUFFERS);
    }

    Lab(Link link, Buffers buffers, long seed, ByteBufAllocator allocator) {
        this.link = link;
        this.buffers = buffers;
        world = SimulatedWorld.forMeasuring(seed, allocator);
        link.applyTo(world.network(), SENDER, RECEIVER, seed);
    }

    SimulatedWorld world() {
        return world;
    }

    Link link() {
        return link;
    }

    Buffers buffers() {
        return buffers;
    }

    Bottleneck bottleneck() {
        return world.network().path(SENDER, RECEIVER).bottleneck();
    }

    /** Connects a session, which has nothing to send yet; sessions share the link. */
    Flow open(Controller controller) {
        Flow flow = new Flow(this, controller, flows.size());
        flows.add(flow);
        return flow;
    }

    long nowNanos() {
        return world.nowNanos();
    }

    void run(Duration span) {
        world.runFor(span);
    }

    @Override
    public void close() {
        flows.forEach(Flow::abort);
        world.close();
    }
}
