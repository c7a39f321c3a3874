/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.util.concurrent.Ticker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An allocator that knows at any moment which of its buffers are not released, without waiting for the garbage
 * collector. A buffer counts until its root is deallocated, so slices, duplicates and retained views of it count as it
 * does. Nothing is pooled. Buffers made by {@code Unpooled} are not seen.
 *
 * <p>A leak is reported by size, reference count, virtual time and number of the allocation; run the same seed with
 * {@code -Dio.culvert.sim.allocationSites=true}, or after {@link #recordSites()}, to see who allocated it.
 */
public final class LeakGuard extends AbstractByteBufAllocator {
    private static final boolean SITES = Boolean.getBoolean("io.culvert.sim.allocationSites");
    private static final int MAX_DESCRIBED = 10;

    private final Ticker ticker;
    private final Set<Allocation> outstanding = new LinkedHashSet<>();
    private long allocations;
    private boolean sites = SITES;

    LeakGuard(Ticker ticker) {
        super(true);
        this.ticker = ticker;
    }

    /** Notes the stack of every allocation from now on, which is slow. */
    public LeakGuard recordSites() {
        sites = true;
        return this;
    }

    /** How many buffers are not released. */
    public int outstanding() {
        return outstanding.size();
    }

    /** How many buffers were ever allocated. */
    public long allocations() {
        return allocations;
    }

    /** The oldest buffers that are not released, one a line. */
    public String describeOutstanding() {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.print(outstanding.size() + " buffers not released");
        int described = 0;
        for (Allocation allocation : outstanding) {
            if (described++ == MAX_DESCRIBED) {
                out.print("\n  and more");
                break;
            }
            out.print("\n  " + allocation);
            if (allocation.site != null) {
                out.println();
                allocation.site.printStackTrace(out);
            }
        }
        return text.toString();
    }

    Allocation allocated(ByteBuf buffer) {
        Allocation allocation = new Allocation(buffer, ++allocations, ticker.nanoTime(),
                sites ? new Throwable("allocated here") : null);
        outstanding.add(allocation);
        return allocation;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new GuardedHeapBuffer(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new GuardedDirectBuffer(this, initialCapacity, maxCapacity);
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer(int maxNumComponents) {
        return new GuardedCompositeBuffer(this, false, maxNumComponents);
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer(int maxNumComponents) {
        return new GuardedCompositeBuffer(this, true, maxNumComponents);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    /** One buffer that is not released yet. */
    final class Allocation {
        private final ByteBuf buffer;
        private final long number;
        private final long nanos;
        private final Throwable site;

        private Allocation(ByteBuf buffer, long number, long nanos, Throwable site) {
            this.buffer = buffer;
            this.number = number;
            this.nanos = nanos;
            this.site = site;
        }

        void released() {
            outstanding.remove(this);
        }

        @Override
        public String toString() {
            return "allocation " + number + " at " + Ladder.millis(nanos) + " ms: " + buffer;
        }
    }
}
