/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonObject;
import io.culvert.bench.Bench;
import io.culvert.bench.Environment;
import io.culvert.bench.Figures;
import io.culvert.bench.Progress;
import io.culvert.bench.compare.agent.AgentDaemon;
import io.culvert.bench.compare.agent.AgentLink;
import io.culvert.bench.compare.contender.InterfaceMtu;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.report.HtmlReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that compare contenders have in common: the options, and what becomes of them. */
abstract class Comparison implements Callable<Integer> {
    private static final int DEFAULT_PORT = 7700;
    private static final int MAX_SECONDS = 600;
    /** Of the machine before it begins. */
    private static final double MOST_LOAD = 0.7;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Fewer and shorter rounds: a first look.")
    private boolean quick;

    @Option(names = "--systems", paramLabel = "NAME", split = ",", completionCandidates = Lineup.SystemNames.class,
            description = "Who takes part: ${COMPLETION-CANDIDATES}, and with +tls, +cubic or +bbr what that adds."
                    + " Default: all, and Culvert and TCP with TLS")
    private List<String> systems = new ArrayList<>();

    @Option(names = "--io", paramLabel = "NAME", split = ",",
            description = "What drives their sockets: epoll, nio, io_uring. Default: what is usual for each")
    private List<String> ios = new ArrayList<>();

    @Option(names = "--mtu", paramLabel = "BYTES", split = ",",
            description = "The most bytes that an IP packet may have; 0 or full for what the interface carries."
                    + " Default: 1500")
    private List<String> mtus = new ArrayList<>();

    @Option(names = "--rounds", paramLabel = "N", description = "How often everybody is measured. Default: 7, quick 3")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N",
            description = "How long a measurement lasts. Default: 1, quick 0.5")
    private Double seconds;

    @Option(names = "--warm-up", paramLabel = "N",
            description = "Seconds that everybody runs first, with TLS three times, with handshakes five times as long."
                    + " Default: 3, quick 0.6")
    private Double warmUpSeconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes everything to a file.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a report for a browser.")
    private Path html;

    @Option(names = "--serve", description = "Runs the servers of a measurement that is started elsewhere with"
            + " --connect; it serves everybody who can reach it, until it is interrupted.")
    private boolean serve;

    @Option(names = "--connect", paramLabel = "HOST", description = "Has the servers run where --serve was started.")
    private String connect;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "" + DEFAULT_PORT,
            description = "TCP port on which --serve is told what to do. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--path", paramLabel = "NAME=VALUE", split = ",",
            description = "What lies between the two sides, for the file and the report:"
                    + " kind=emulated,rttMillis=20,lossPercent=1,rateMbit=100. Default: kind=loopback")
    private Map<String, String> path = new LinkedHashMap<>();

    @Option(names = "--jvm", paramLabel = "ARGUMENT",
            description = "Given to the Java virtual machines that are measured, as --jvm=-Xmx2g. May be repeated.")
    private List<String> jvmArguments = new ArrayList<>();

    @Option(names = "--verbose", description = "Shows what the processes that are measured write to standard error.")
    private boolean verbose;

    /** What is to be run. */
    abstract List<Benchmark> benchmarks();

    /** MTUs that are measured when none is asked for. */
    List<String> usualMtus() {
        return List.of("1500");
    }

    /** Whether to measure this when no MTU is asked for. */
    boolean isUsual(Setup setup) {
        return true;
    }

    /** How many rounds there are when nobody asks for others. */
    int usualRounds(boolean isQuick) {
        return isQuick ? 3 : 7;
    }

    /** Runs what is no comparison. */
    void runOthers(CompareReport report, boolean isQuick) throws IOException {
    }

    final CommandSpec spec() {
        return spec;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        inRange("--port", port, serve ? 0 : 1, 65_535);
        if (serve) {
            return serve();
        }
        PrintWriter err = spec.commandLine().getErr();
        Plan plan = plan(err);
        List<Benchmark> benchmarks = benchmarks();
        if (plan.daemon() != null && !isReachable(plan.daemon(), err)) {
            return CommandLine.ExitCode.SOFTWARE;
        }
        CompareReport report = new CompareReport(spec.commandLine().getOut(),
                Environment.here(spec.commandLine().getParseResult().originalArgs()),
                InterfaceMtu.towards(plan.host()), plan.path());
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load > MOST_LOAD) {
            report.warn("The machine is not idle: its load average is " + Figures.rough(load)
                    + ". Figures will be rough.");
        }
        long startNanos = System.nanoTime();
        try (Pairs pairs = plan.pairs()) {
            for (Benchmark benchmark : benchmarks) {
                benchmark.run(plan, report);
            }
        }
        runOthers(report, quick);
        if (json != null) {
            report.writeJson(json);
        }
        if (html != null) {
            HtmlReport.write(html, report.toJson());
        }
        spec.commandLine().getOut().println("It took " + Figures.fixed((System.nanoTime() - startNanos) / 1e9, 1)
                + " s.");
        return report.hasFailures() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private static boolean isReachable(InetSocketAddress daemon, PrintWriter err) {
        try (AgentLink link = AgentLink.connect(daemon)) {
            return link.isOpen();
        } catch (IOException e) {
            err.println(e.getMessage());
            return false;
        }
    }

    private int serve() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (AgentDaemon daemon = new AgentDaemon(port, jvmArguments, err)) {
            err.println("Serving on TCP port " + daemon.port() + " until interrupted.");
            err.flush();
            daemon.run();
            return CommandLine.ExitCode.OK;
        } catch (BindException e) {
            err.println("TCP port " + port + " cannot be had: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private Plan plan(PrintWriter err) {
        int chosenRounds = rounds != null ? rounds : usualRounds(quick);
        double chosenSeconds = seconds != null ? seconds : quick ? 0.5 : 1;
        double chosenWarmUp = warmUpSeconds != null ? warmUpSeconds : quick ? 0.6 : 3;
        inRange("--rounds", chosenRounds, 1, 1000);
        inRange("--seconds", chosenSeconds, 0.01, MAX_SECONDS);
        inRange("--warm-up", chosenWarmUp, 0, MAX_SECONDS);
        Consumer<String> log = verbose ? line -> {
            err.println(line);
            err.flush();
        } : line -> { };
        return new Plan(setups(), quick, chosenRounds, (int) Math.round(1000 * chosenSeconds),
                (int) Math.round(1000 * chosenWarmUp), daemon(), pathJson(), jvmArguments,
                new Progress(err, Bench.isTerminal()), log, new Pairs());
    }

    private List<Setup> setups() {
        try {
            List<Setup> setups = Lineup.of(systems, ios, mtus.isEmpty() ? usualMtus() : mtus);
            return mtus.isEmpty() ? setups.stream().filter(this::isUsual).toList() : setups;
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private InetSocketAddress daemon() {
        if (connect == null) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(connect), port);
        } catch (UnknownHostException e) {
            throw wrong("--connect: there is no host '" + connect + "'");
        }
    }

    private JsonObject pathJson() {
        JsonObject object = new JsonObject();
        object.addProperty("kind", connect == null ? "loopback" : "remote");
        path.forEach((name, value) -> {
            try {
                object.addProperty(name, Double.valueOf(value));
            } catch (NumberFormatException e) {
                object.addProperty(name, value);
            }
        });
        return object;
    }

    final void inRange(String option, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw wrong(option + ": " + Figures.plain(value) + " (expected: " + Figures.plain(min) + " to "
                    + Figures.plain(max) + ")");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
