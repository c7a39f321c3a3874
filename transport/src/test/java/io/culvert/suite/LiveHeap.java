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
    private LiveHeap() {
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
