/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A network, an event loop and time, for one test. Everything happens on the thread that made the world, inside the
 * {@code run...} methods and {@link #await(Future)}; an hour of silence costs nothing.
 *
 * <p>Never call {@code sync()} or {@code await()} on a future that is not done: the thread would wait for itself, and
 * Netty refuses with a {@code BlockingOperationException} (on a future of another executor it would hang). Call
 * {@link #await(Future)} of the world. Exceptions that a task throws are logged by Netty and do not end the run.
 *
 * <p>Every failure names the seed and shows the last datagrams on the wire.
 */
public final class SimulatedWorld implements AutoCloseable {
    private static final Duration AWAIT_LIMIT = Duration.ofHours(1);
    private static final int LADDER_LINES = 60;

    private final long seed;
    private final VirtualLoop loop = new VirtualLoop();
    private final LeakGuard leakGuard = new LeakGuard(loop.ticker());
    private final ByteBufAllocator allocator;
    private final SimulatedNetwork network;
    private boolean running;

    /** A world whose chances all derive from the seed. */
    public SimulatedWorld(long seed) {
        this.seed = seed;
        allocator = leakGuard;
        network = new SimulatedNetwork(seed, loop, allocator, true);
    }

    private SimulatedWorld(long seed, ByteBufAllocator allocator) {
        this.seed = seed;
        this.allocator = allocator;
        network = new SimulatedNetwork(seed, loop, allocator, false);
    }

    /**
     * A world in which datagrams are many and only figures count: its log keeps none of them, sockets pass the sender's
     * buffers on instead of copying, and nobody tracks who releases them.
     *
     * @param allocator where buffers come from; whatever went through the world is released when it is closed
     */
    public static SimulatedWorld forMeasuring(long seed, ByteBufAllocator allocator) {
        return new SimulatedWorld(seed, allocator);
    }

    /** What the world was made from. */
    public long seed() {
        return seed;
    }

    /** The one event loop, for {@code bootstrap.group(...)}. */
    public VirtualLoop loop() {
        return loop;
    }

    /** Hosts, sockets and the paths between them. */
    public SimulatedNetwork network() {
        return network;
    }

    /** What went over the wire so far. */
    public WireLog log() {
        return network.log();
    }

    /** For {@code ChannelOption.ALLOCATOR} of every channel; simulated sockets have it already. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** Counts the buffers of {@link #allocator()}, unless the world is for measuring. */
    public LeakGuard leakGuard() {
        return leakGuard;
    }

    /** Virtual time since the world began. */
    public long nowNanos() {
        return loop.nowNanos();
    }

    /**
     * Runs until the condition holds. It is looked at whenever nothing more is ready at an instant.
     *
     * @throws AssertionError if it does not hold within the limit, or nothing is left that could make it hold
     */
    public void runUntil(BooleanSupplier condition, Duration limit) {
        long endNanos = after(limit);
        runReady();
        while (!condition.getAsBoolean()) {
            long next = loop.nextDeadlineNanos();
            if (next < 0) {
                throw failure("the condition does not hold and nothing is left to happen", null);
            }
            if (next > endNanos) {
                loop.advanceTo(endNanos);
                throw failure("the condition does not hold after " + limit, null);
            }
            loop.advanceTo(next);
            runReady();
        }
    }

    /** Runs what happens within a span of time, both ends included; afterwards it is exactly that much later. */
    public void runFor(Duration span) {
        long endNanos = after(span);
        runReady();
        for (long next = loop.nextDeadlineNanos(); next >= 0 && next <= endNanos; next = loop.nextDeadlineNanos()) {
            loop.advanceTo(next);
            runReady();
        }
        loop.advanceTo(endNanos);
    }

    /**
     * Runs until no task is ready and none is scheduled.
     *
     * @throws AssertionError if something is still scheduled past the limit
     */
    public void runUntilQuiet(Duration limit) {
        runUntil(() -> loop.nextDeadlineNanos() < 0, limit);
    }

    /** Runs until the future is done, within an hour of virtual time; gives its value or throws its failure. */
    public <V> V await(Future<V> future) {
        return await(future, AWAIT_LIMIT);
    }

    /** Runs until the future is done, within the limit; gives its value or throws its failure. */
    public <V> V await(Future<V> future, Duration limit) {
        runUntil(future::isDone, limit);
        if (!future.isSuccess()) {
            SimulatedWorld.<RuntimeException>rethrow(future.cause());
        }
        return future.getNow();
    }

    /**
     * Proves that every buffer of {@link #allocator()} was released.
     *
     * @throws AssertionError listing those that were not
     */
    public void assertNoLeak() {
        runReady();
        if (leakGuard.outstanding() > 0) {
            throw failure(leakGuard.describeOutstanding(), null);
        }
    }

    /** An error that carries what one needs to see of the world: seed, time, and the wire. */
    public AssertionError failure(String message, Throwable cause) {
        long next = loop.nextDeadlineNanos();
        return new AssertionError(message
                + "\n(seed " + seed + ", at " + Ladder.millis(nowNanos()) + " ms, next task "
                + (next < 0 ? "never" : "at " + Ladder.millis(next) + " ms") + ")\n"
                + log().ladder(LADDER_LINES), cause);
    }

    /** Closes every socket and runs what follows from that at this instant. */
    @Override
    public void close() {
        network.closeSockets();
        runReady();
        if (!network.isRecorded()) {
            // what is still on its way holds buffers of the sender's
            runUntil(() -> network.underWay() == 0, AWAIT_LIMIT);
        }
    }

    private long after(Duration span) {
        return Math.addExact(nowNanos(), span.toNanos());
    }

    private void runReady() {
        if (running) {
            throw new IllegalStateException("the world is running already: this is one of its tasks");
        }
        running = true;
        try {
            loop.runReady();
        } catch (AssertionError stalled) {
            throw failure(stalled.getMessage(), stalled);
        } finally {
            running = false;
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void rethrow(Throwable failure) throws T {
        throw (T) failure;
    }
}
