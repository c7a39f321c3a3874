/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

/** What it cost both sides to move bytes. */
final class Resources {
    private static final double BYTES_PER_GB = 1e9;
    private static final double BYTES_PER_MB = 1e6;

    private Resources() {
    }

    /** Adds a round's costs to the contender's figures, for so many bytes moved. */
    static void add(Window window, double bytes, Result result) {
        result.other("cpuSecondsPerGB", window.sum("cpuNanos") / 1e9 / (bytes / BYTES_PER_GB));
        result.other("serverCpuSecondsPerGB", window.server().get("cpuNanos").getAsDouble() / 1e9
                / (bytes / BYTES_PER_GB));
        result.other("clientCpuSecondsPerGB", window.client().get("cpuNanos").getAsDouble() / 1e9
                / (bytes / BYTES_PER_GB));
        result.other("allocatedBytesPerMB", window.sum("allocatedBytes") / (bytes / BYTES_PER_MB));
        result.other("serverAllocatedBytesPerMB", window.server().get("allocatedBytes").getAsDouble()
                / (bytes / BYTES_PER_MB));
        result.other("clientAllocatedBytesPerMB", window.client().get("allocatedBytes").getAsDouble()
                / (bytes / BYTES_PER_MB));
        result.other("collectionsPerSecond", window.sum("collections") * 1e9
                / window.server().get("nanos").getAsDouble());
    }
}
