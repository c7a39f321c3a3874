/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.UnpooledHeapByteBuf;

/** A heap buffer that tells its {@link LeakGuard} when it is released. */
final class GuardedHeapBuffer extends UnpooledHeapByteBuf {
    private final LeakGuard.Allocation allocation;

    GuardedHeapBuffer(LeakGuard guard, int initialCapacity, int maxCapacity) {
        super(guard, initialCapacity, maxCapacity);
        allocation = guard.allocated(this);
    }

    @Override
    protected void deallocate() {
        allocation.released();
        super.deallocate();
    }
}
