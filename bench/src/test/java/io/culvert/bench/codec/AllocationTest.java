/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parsing and writing allocate nothing for a segment, not even before they are compiled. */
class AllocationTest {
    private static final int ROUNDS = 20;
    private static final int SEGMENTS = 1000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeEach
    void countsAllocation() {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        threads.setThreadAllocatedMemoryEnabled(true);
        byte[][] kept = new byte[1][];
        assertTrue(allocatedBy(() -> kept[0] = new byte[100]) >= 100 * SEGMENTS, "the counter counts");
        assertEquals(100, kept[0].length);
    }

    /** The least of some rounds: in others the JVM links call sites, but what the operation allocates is in all. */
    private long allocatedBy(Runnable operation) {
        long id = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < SEGMENTS; i++) {
                operation.run();
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        return least;
    }

    @ParameterizedTest
    @EnumSource
    void parsingAllocatesNothing(SampleSegment sample) {
        SegmentBenchmark benchmark = benchmark(sample);
        assertEquals(0, allocatedBy(benchmark::parse));
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void writingAllocatesNothing(SampleSegment sample) {
        // without it, as by default from Java 25 on, Netty makes a view of a buffer for each copy
        assumeTrue(sample != SampleSegment.DATA || PlatformDependent.hasUnsafe(), "skipped: Netty has no Unsafe");
        SegmentBenchmark benchmark = benchmark(sample);
        assertEquals(0, allocatedBy(benchmark::write));
        benchmark.close();
    }

    private static SegmentBenchmark benchmark(SampleSegment sample) {
        SegmentBenchmark benchmark = new SegmentBenchmark();
        benchmark.sample = sample;
        benchmark.open();
        return benchmark;
    }
}
