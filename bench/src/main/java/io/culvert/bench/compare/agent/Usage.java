/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has used so far.
 *
 * @param nanos when, in {@link System#nanoTime()}
 * @param cpuNanos processor time of all threads
 * @param allocatedBytes allocated on the heap by the threads that still live
 * @param collections how often the garbage collector ran
 */
record Usage(long nanos, long cpuNanos, long allocatedBytes, long collections) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int COLLECTIONS = 3;

    static Usage now() {
        long allocated = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        long collections = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += collector.getCollectionCount();
        }
        return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocated, collections);
    }

    /** Adds what was used since then. */
    void addSince(Usage earlier, JsonObject answer) {
        answer.addProperty("nanos", nanos - earlier.nanos);
        answer.addProperty("cpuNanos", cpuNanos - earlier.cpuNanos);
        answer.addProperty("allocatedBytes", allocatedBytes - earlier.allocatedBytes);
        answer.addProperty("collections", collections - earlier.collections);
    }

    /** Adds what is alive: the heap after full collections, and direct memory. */
    static void addMemory(JsonObject answer) {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        answer.addProperty("heapBytes", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        long direct = Math.max(0, PlatformDependent.usedDirectMemory());
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            direct += pool.getMemoryUsed();
        }
        answer.addProperty("directBytes", direct);
    }
}
