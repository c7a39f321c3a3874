/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One command in a thread of its own, as if it were a process; closing it is Ctrl-C. */
final class CommandRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Thread thread;
    private volatile int exitCode = Integer.MIN_VALUE;

    private CommandRun(String[] args) {
        thread = new Thread(() -> exitCode =
                Examples.execute(new PrintWriter(out, true), new PrintWriter(err, true), args), args[0]);
        thread.start();
    }

    static CommandRun start(String... args) {
        return new CommandRun(args);
    }

    /** Waits for the end and gives the exit code. */
    int exitCode() throws InterruptedException {
        thread.join(PATIENCE.toMillis());
        assertTrue(!thread.isAlive(), () -> "still running: " + this);
        return exitCode;
    }

    /** The port that a server says it listens on. */
    int port() {
        Pattern listening = Pattern.compile("listening on \\S+:(\\d+) \\((?:udp|tcp)\\)");
        Matcher[] found = new Matcher[1];
        await().atMost(PATIENCE).until(() -> {
            assertTrue(thread.isAlive() || exitCode == 0, this::toString);
            found[0] = listening.matcher(out());
            return found[0].find();
        });
        return Integer.parseInt(found[0].group(1));
    }

    void awaitOut(String text) {
        awaitOut(Pattern.compile(Pattern.quote(text)));
    }

    void awaitOut(Pattern pattern) {
        await(pattern.pattern()).atMost(PATIENCE).until(() -> pattern.matcher(out()).find());
    }

    String out() {
        return out.toString();
    }

    List<String> errLines() {
        return err.toString().lines().toList();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        exitCode();
    }

    @Override
    public String toString() {
        return thread.getName() + " exit code " + exitCode + "\n" + out + err;
    }
}
