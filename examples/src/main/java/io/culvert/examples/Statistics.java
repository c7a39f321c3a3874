/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.Culvert;
import io.culvert.observe.SessionSummary;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of every command that runs for long: a table of its sessions, every so often. */
final class Statistics {
    private static final Comparator<SessionSummary> BY_STATE = Comparator.comparing(SessionSummary::state);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--stats", paramLabel = "SECONDS", defaultValue = "0",
            description = "Print a table of all sessions every so many seconds, as netstat does (default: never).")
    private int seconds;

    /**
     * Prints the table of a group's sessions from now on, clients' and servers'.
     *
     * @return ends it
     */
    Printing start(EventLoopGroup group, PrintWriter out) {
        if (seconds < 0) {
            throw new ParameterException(command.commandLine(), "--stats must not be negative");
        }
        return new Printing(group, out, seconds);
    }

    /** Prints on a thread of its own, so that no session waits for the terminal. */
    static final class Printing implements AutoCloseable {
        private final EventLoopGroup group;
        private final PrintWriter out;
        private final Future<?> timer;

        private Printing(EventLoopGroup group, PrintWriter out, int seconds) {
            this.group = group;
            this.out = out;
            timer = seconds == 0 ? null : GlobalEventExecutor.INSTANCE.scheduleWithFixedDelay(
                    this::ask, seconds, seconds, TimeUnit.SECONDS);
        }

        private void ask() {
            Culvert.sessions(group).addListener((Future<List<SessionSummary>> sessions) -> print(sessions.getNow()));
        }

        private void print(List<SessionSummary> sessions) {
            StringBuilder table = new StringBuilder();
            table.append(sessions.size()).append(sessions.size() == 1 ? " session" : " sessions");
            if (!sessions.isEmpty()) {
                table.append(System.lineSeparator()).append(SessionSummary.heading());
            }
            sessions.stream().sorted(BY_STATE)
                    .forEach(session -> table.append(System.lineSeparator()).append(session));
            out.println(table);
        }

        @Override
        public void close() {
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }
}
