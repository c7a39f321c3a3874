/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Every warning that is logged until it is closed. */
final class LoggedLines extends Handler implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");

    private final List<LogRecord> lines = new CopyOnWriteArrayList<>();

    LoggedLines() {
        ROOT.addHandler(this);
    }

    /** So many lines, each with the text and without a stack trace. */
    void assertEach(String text, int number) {
        for (LogRecord line : lines) {
            assertTrue(line.getMessage().contains(text), line.getMessage());
            assertNull(line.getThrown(), line.getMessage());
        }
        assertEquals(number, lines.size());
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
            lines.add(line);
        }
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
        ROOT.removeHandler(this);
    }
}
