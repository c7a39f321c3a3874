/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.UnpooledDirectByteBuf;

/** A direct buffer that tells its {@link LeakGuard} when it is released. */
final class GuardedDirectBuffer extends UnpooledDirectByteBuf {
    private final LeakGuard.Allocation allocation;

    GuardedDirectBuffer(LeakGuard guard, int initialCapacity, int maxCapacity) {
        super(guard, initialCapacity, maxCapacity);
        allocation = guard.allocated(this);
    }

    @Override
    protected void deallocate() {
        allocation.released();
        super.deallocate();
    }
}
