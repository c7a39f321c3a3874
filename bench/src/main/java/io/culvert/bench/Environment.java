/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where and how figures were measured.
 *
 * @param java the Java runtime
 * @param os the operating system
 * @param processors how many processors the process may use
 * @param maxHeapMebibytes how far the heap may grow
 * @param startedAt when it began
 * @param arguments the command line
 */
public record Environment(String java, String os, int processors, long maxHeapMebibytes, String startedAt,
        List<String> arguments) {
    /** This process now. */
    public static Environment here(List<String> arguments) {
        return new Environment(System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory() >> 20,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), arguments);
    }
}
