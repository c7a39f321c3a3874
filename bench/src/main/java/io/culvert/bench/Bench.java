/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import io.culvert.bench.codec.Codec;
import io.culvert.bench.compare.All;
import io.culvert.bench.compare.Fairness;
import io.culvert.bench.compare.Handshakes;
import io.culvert.bench.compare.Latency;
import io.culvert.bench.compare.Sessions;
import io.culvert.bench.compare.Throughput;
import io.culvert.bench.loss.Loss;
import io.culvert.bench.report.Report;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The main class of {@code culvert-bench.jar}; every question is a command. */
@Command(name = "culvert-bench", mixinStandardHelpOptions = true, version = "culvert-bench 0.1.0",
        synopsisSubcommandLabel = "QUESTION",
        description = {"Measures Culvert: TCP sessions carried in UDP datagrams.", ""},
        footerHeading = "%nTo start with:%n",
        footer = {
            "  java -jar culvert-bench.jar all --quick --html report.html",
            "  java -jar culvert-bench.jar throughput --quick --systems culvert,tcp",
            "  java -jar culvert-bench.jar loss --quick"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured, whether the goals are met or not",
            "1:something could not be measured",
            "2:wrong arguments"},
        subcommands = {All.class, Throughput.class, Latency.class, Handshakes.class, Sessions.class, Fairness.class,
            Codec.class, Report.class, Loss.class})
public final class Bench {
    /** No line of help or of a table is longer. */
    public static final int COLUMNS = 120;

    // A logger's level lasts as long as somebody holds the logger.
    private static final Logger ROOT_LOGGER = Logger.getLogger("");

    private Bench() {
    }

    /** Answers one question and ends the process with its exit code. */
    public static void main(String[] args) {
        quietLogs();
        defaultProperty("io.netty.leakDetection.level", "disabled");
        defaultProperty("java.awt.headless", "true");
        System.exit(execute(writer(System.out), writer(System.err), args));
    }

    /** Answers one question in this process and returns the exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new Bench())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(COLUMNS)
                .setCaseInsensitiveEnumValuesAllowed(true);
        if (args.length == 0) {
            commandLine.usage(err);
            return CommandLine.ExitCode.USAGE;
        }
        int exitCode = commandLine.execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }

    /** Whether a person looks on. */
    public static boolean isTerminal() {
        return System.console() != null;
    }

    private static PrintWriter writer(PrintStream stream) {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        Charset charset = name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
        return new PrintWriter(stream, true, charset);
    }

    private static void defaultProperty(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    private static void quietLogs() {
        if (System.getProperty("java.util.logging.config.file") == null) {
            ROOT_LOGGER.setLevel(Level.WARNING);
            defaultProperty("java.util.logging.SimpleFormatter.format", "%4$s %3$s: %5$s%6$s%n");
        }
    }
}
