/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Tells a person how far it is: on a terminal in one line that changes, elsewhere in a line now and then. */
public final class Progress {
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PrintWriter err;
    private final boolean terminal;
    private String title;
    private int total;
    private int done;
    private long saidNanos;
    private int shownColumns;

    /** Writes there. */
    public Progress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Something of so many steps begins. */
    public synchronized void begin(String title, int total) {
        this.title = title;
        this.total = total;
        done = 0;
        saidNanos = System.nanoTime();
        say("");
    }

    /** A step is done. */
    public synchronized void step(String what) {
        done++;
        if (terminal || System.nanoTime() - saidNanos >= LINE_NANOS) {
            say(", " + what);
        }
    }

    /** Takes the line away: what follows is for standard output. */
    public synchronized void end() {
        if (terminal) {
            err.print('\r' + " ".repeat(shownColumns) + '\r');
            err.flush();
            shownColumns = 0;
        }
    }

    private void say(String what) {
        saidNanos = System.nanoTime();
        String line = title + ": " + done + " of " + total + what;
        if (!terminal) {
            err.println(line);
            return;
        }
        line = line.substring(0, Math.min(line.length(), Bench.COLUMNS - 1));
        err.print('\r' + line + " ".repeat(Math.max(0, shownColumns - line.length())));
        err.flush();
        shownColumns = line.length();
    }
}
