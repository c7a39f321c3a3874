/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgentProcessTest {
    @Test
    void processorsAreReadAsTheKernelListsThem() {
        assertEquals(List.of(3), AgentProcess.parse("3"));
        assertEquals(List.of(0, 1), AgentProcess.parse("0-1"));
        assertEquals(List.of(0, 2, 3, 4, 9), AgentProcess.parse("0,2-4,9"));
    }
}
