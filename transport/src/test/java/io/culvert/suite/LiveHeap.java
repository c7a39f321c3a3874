/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** What is reachable on the heap. */
final class LiveHeap {
    private static final int SETTLED_COLLECTIONS = 5;
    private static final int SETTLED_BYTES = 64 * 1024;

    private LiveHeap() {
    }

    /**
     * The least that collections leave until some in a row find nothing more: threads of earlier tests may be on their
     * way out, and what a cleaner is to free takes one collection to be found and another to be gone.
     */
    static long settledBytes() {
        long[] least = {Long.MAX_VALUE};
        int[] inVain = {0};
        Awaitility.await().atMost(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> {
            long now = bytes();
            inVain[0] = now < least[0] - SETTLED_BYTES ? 0 : inVain[0] + 1;
            least[0] = Math.min(least[0], now);
            return inVain[0] == SETTLED_COLLECTIONS;
        });
        return least[0];
    }

    /** What a collection leaves, without what other threads have thrown away since. */
    static long bytes() {
        WeakReference<Object> collected = new WeakReference<>(new Object());
        Awaitility.await().atMost(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS).untilAsserted(() -> {
            System.gc();
            assertTrue(collected.refersTo(null));
        });
        long bytes = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
        assertTrue(bytes > 0, "the collector does not tell");
        return bytes;
    }
}
