/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What Netty and the transport log as a warning while it is open. Netty logs what a task or a listener throws and goes
 * on, so this is where faults that nobody else hears of come to light.
 */
public final class LoggedFaults extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("io");
    private final List<String> faults = new ArrayList<>();

    /** Listens from now on. */
    public LoggedFaults() {
        setLevel(Level.WARNING);
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            StringBuilder text = new StringBuilder(record.getMessage());
            for (Throwable cause = record.getThrown(); cause != null; cause = cause.getCause()) {
                text.append("\n  ").append(cause);
                StackTraceElement[] trace = cause.getStackTrace();
                for (int i = 0; i < Math.min(8, trace.length); i++) {
                    text.append("\n    at ").append(trace[i]);
                }
            }
            faults.add(text.toString());
        }
    }

    /** What was logged since the last call. */
    public List<String> take() {
        List<String> taken = List.copyOf(faults);
        faults.clear();
        return taken;
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
