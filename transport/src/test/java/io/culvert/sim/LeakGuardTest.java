/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.junit.jupiter.api.Test;

class LeakGuardTest {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final LeakGuard guard = world.leakGuard();

    @Test
    void aReleasedBufferIsNoLeak() {
        guard.directBuffer(10).release();
        guard.heapBuffer(10).release();
        guard.compositeBuffer().release();
        assertEquals(3, guard.allocations());
        world.assertNoLeak();
    }

    @Test
    void aLeakIsReportedWithItsNumberAndTime() {
        guard.heapBuffer(10).release();
        ByteBuf leaked = guard.directBuffer(10);
        AssertionError error = assertThrows(AssertionError.class, world::assertNoLeak);
        assertTrue(error.getMessage().contains("allocation 2 at 0.000 ms"), error.getMessage());
        leaked.release();
        world.assertNoLeak();
    }

    @Test
    void aViewKeepsItsRootAlive() {
        ByteBuf root = guard.directBuffer(10).writeZero(10);
        ByteBuf view = root.retainedSlice(0, 5).retainedDuplicate();
        root.release();
        root.release();
        assertEquals(1, guard.outstanding());
        view.release();
        world.assertNoLeak();
    }

    @Test
    void aCompositeCountsWithItsParts() {
        CompositeByteBuf whole = guard.compositeDirectBuffer();
        whole.addComponent(true, guard.directBuffer(4).writeInt(1));
        whole.addComponent(true, guard.heapBuffer(4).writeInt(2));
        assertEquals(3, guard.outstanding());
        whole.release();
        world.assertNoLeak();
    }

    @Test
    void aGrownBufferAndACopyCountOnceEach() {
        ByteBuf buffer = guard.directBuffer(4).writeZero(4000);
        ByteBuf copy = buffer.copy();
        assertEquals(2, guard.outstanding());
        buffer.release();
        copy.release();
        world.assertNoLeak();
    }

    @Test
    void allocationSitesAreNamedOnRequest() {
        guard.recordSites();
        ByteBuf leaked = guard.buffer();
        assertTrue(guard.describeOutstanding().contains("allocationSitesAreNamedOnRequest"));
        leaked.release();
    }
}
