/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The last lines that a process wrote to its standard error. */
final class LastWords implements Consumer<String> {
    private static final int LINES = 3;
    private final Deque<String> lines = new ArrayDeque<>();

    @Override
    public synchronized void accept(String line) {
        if (lines.size() == LINES) {
            lines.remove();
        }
        lines.add(line.strip());
    }

    @Override
    public synchronized String toString() {
        return lines.isEmpty() ? "it does not say why" : String.join(" / ", lines);
    }
}
