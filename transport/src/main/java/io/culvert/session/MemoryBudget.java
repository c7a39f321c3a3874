/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the buffers of many sessions may hold together beyond their first sizes. A buffer draws from it when it grows
 * and gives back when it shrinks or its session ends; when it is empty buffers stay as they are. Shared by event loops:
 * touched at the steps of growth only, never for a segment.
 */
public final class MemoryBudget {
    private static final long MOST_DEFAULT_BYTES = 256L * 1024 * 1024;
    private static final MemoryBudget OF_PROCESS =
            new MemoryBudget(Math.min(MOST_DEFAULT_BYTES, PlatformDependent.maxDirectMemory() / 2));

    private final long totalBytes;
    private final AtomicLong freeBytes;

    /** A budget of so many bytes. */
    public MemoryBudget(long totalBytes) {
        this.totalBytes = totalBytes;
        freeBytes = new AtomicLong(totalBytes);
    }

    /**
     * The budget of everyone who has none of his own: 256 MiB, or half of the direct memory that the process may have
     * if that is less.
     */
    public static MemoryBudget ofProcess() {
        return OF_PROCESS;
    }

    /** What there is altogether. */
    public long totalBytes() {
        return totalBytes;
    }

    /** What nobody has drawn. */
    public long freeBytes() {
        return freeBytes.get();
    }

    /** Draws so much, or what is left. */
    int draw(int bytes) {
        long free = freeBytes.get();
        while (free > 0) {
            int drawn = (int) Math.min(free, bytes);
            if (freeBytes.compareAndSet(free, free - drawn)) {
                return drawn;
            }
            free = freeBytes.get();
        }
        return 0;
    }

    /** Gives back what was drawn. */
    void giveBack(int bytes) {
        freeBytes.addAndGet(bytes);
    }
}
