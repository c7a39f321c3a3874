/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The main class of {@code culvert-examples.jar}; every command is a class of its own. */
@Command(name = "culvert-examples", mixinStandardHelpOptions = true, version = "culvert-examples 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = {"Small programs over Culvert: TCP sessions carried in UDP datagrams.", ""},
        footerHeading = "%nTwo terminals to start with:%n",
        footer = {
            "  java -jar culvert-examples.jar echo-server --port 7007",
            "  java -jar culvert-examples.jar echo-client --port 7007 --size 10000000",
            "",
            "Or one, to see every segment of a session:",
            "  java -jar culvert-examples.jar demo --loss 10 --seed 3"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed: wrong echo, connection reset, peer closed early, address in use, ...",
            "2:wrong arguments",
            "3:connection refused",
            "4:timed out"},
        subcommands = {Demo.class, EchoServer.class, EchoClient.class, Greeter.class, Rendezvous.class,
            Tunnel.class})
public final class Examples {
    // A logger's level lasts as long as somebody holds the logger.
    private static final Logger ROOT_LOGGER = Logger.getLogger("");

    private Examples() {
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        quietLogs();
        System.exit(execute(writer(System.out), writer(System.err), args));
    }

    /** Runs one command in this process and returns its exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new Examples())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(Terminal.COLUMNS)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, result) -> {
                    err.println(command.getCommandName() + ": " + Failure.line(failure));
                    return Failure.exitCode(failure);
                });
        if (args.length == 0) {
            commandLine.usage(err);
            return CommandLine.ExitCode.USAGE;
        }
        int exitCode = commandLine.execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, outputCharset());
    }

    /** What the terminal or the pipe behind standard output expects. */
    static Charset outputCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    private static void quietLogs() {
        if (System.getProperty("java.util.logging.config.file") == null) {
            ROOT_LOGGER.setLevel(Level.WARNING);
            if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
                System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %3$s: %5$s%6$s%n");
            }
        }
    }
}
