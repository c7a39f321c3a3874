/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.CompositeByteBuf;

/** A composite buffer that tells its {@link LeakGuard} when it is released. */
final class GuardedCompositeBuffer extends CompositeByteBuf {
    private final LeakGuard.Allocation allocation;

    GuardedCompositeBuffer(LeakGuard guard, boolean direct, int maxNumComponents) {
        super(guard, direct, maxNumComponents);
        allocation = guard.allocated(this);
    }

    @Override
    protected void deallocate() {
        allocation.released();
        super.deallocate();
    }
}
