/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Bench;
import io.culvert.bench.Environment;
import io.culvert.bench.Figures;
import io.culvert.bench.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: chooses scenarios, runs them, prints tables and goals, writes JSON and charts. */
@Command(name = "loss", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "What do loss, delay and reordering do to the rate of a session?",
            "",
            "Real channels talk over a simulated network in virtual time, so that the figures do not depend on this"
                    + " machine: the same build gives the same figures. All of it takes about half an hour on two"
                    + " cores.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  loss --quick --json loss.json                        a first look, in two minutes",
            "  loss                                                 everything",
            "  loss --scenario table --controller cubic,bbr --rtt 50 --capacity 100 --loss 1,2",
            "  loss --scenario bursts,reordering --seeds 1"})
public final class Loss implements Callable<Integer> {
    private static final List<Double> LOSS_PERCENTS = List.of(0.0, 0.1, 1.0, 2.0, 5.0, 10.0);
    private static final List<Double> QUICK_LOSS_PERCENTS = List.of(0.0, 1.0, 5.0);
    private static final List<Double> RTT_MILLIS = List.of(1.0, 20.0, 50.0, 100.0, 200.0);
    private static final List<Double> QUICK_RTT_MILLIS = List.of(50.0);
    private static final List<Double> CAPACITY_MBIT = List.of(10.0, 100.0, 1000.0);
    private static final List<Double> QUICK_CAPACITY_MBIT = List.of(100.0);
    private static final int MAX_SECONDS = 3600;

    private static final List<Scenario> SCENARIOS = List.of(new TableScenario(), new BurstsScenario(),
            new ReorderingScenario(), new SharingScenario(), new QueueScenario(), new StartupScenario(),
            new TailLossScenario(), new TransferScenario(), new AutotuningScenario(), new FastPathScenario(),
            new LossThresholdScenario());

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Only the table, with 0, 1 and 5 %% loss at 50 ms and 100 Mbit/s.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes everything to a file.")
    private Path json;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "loss-report",
            description = "Where charts go, as SVG and PNG. Default: ${DEFAULT-VALUE}")
    private Path out;

    @Option(names = "--scenario", paramLabel = "NAME", split = ",", completionCandidates = ScenarioNames.class,
            description = "Which to run: ${COMPLETION-CANDIDATES}. Default: all")
    private List<String> scenarioNames = new ArrayList<>();

    @Option(names = "--controller", paramLabel = "NAME", split = ",",
            description = "Which to compare: ${COMPLETION-CANDIDATES}. Default: all")
    private List<Controller> controllers = new ArrayList<>();

    @Option(names = "--loss", paramLabel = "PERCENT", split = ",", description = "Losses of the table.")
    private List<Double> lossPercents = new ArrayList<>();

    @Option(names = "--rtt", paramLabel = "MILLIS", split = ",", description = "Round trips of the table.")
    private List<Double> rttMillis = new ArrayList<>();

    @Option(names = "--capacity", paramLabel = "MBIT", split = ",",
            description = "Bottlenecks of the table, in Mbit/s of IP packets.")
    private List<Double> capacityMbit = new ArrayList<>();

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "5",
            description = "Runs of everything that is random. Default: ${DEFAULT-VALUE}")
    private int seeds;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "30",
            description = "Virtual seconds measured. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "5",
            description = "Virtual seconds before that. Default: ${DEFAULT-VALUE}")
    private int warmUpSeconds;

    @Option(names = "--buffer", paramLabel = "MIB", defaultValue = "0",
            description = "SO_SNDBUF and SO_RCVBUF in MiB, 0 to let the library tune them. Default: ${DEFAULT-VALUE}")
    private int bufferMebibytes;

    @Option(names = "--threads", paramLabel = "N",
            description = "Simulations side by side. Default: one for each processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** The scenarios' names, for the help text. */
    static final class ScenarioNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        ScenarioNames() {
            super(SCENARIOS.stream().map(Scenario::name).toList());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandLine commandLine = spec.commandLine();
        Plan plan = plan();
        List<Scenario> chosen = chosen();
        Environment environment = Environment.here(commandLine.getParseResult().originalArgs());
        Report report = new Report(commandLine.getOut());
        long startNanos = System.nanoTime();
        Progress progress = new Progress(commandLine.getErr(), Bench.isTerminal());
        try (Workers workers = new Workers(threads, progress, report)) {
            for (Scenario scenario : chosen) {
                scenario.run(plan, workers, report);
            }
        }
        report.printSummary();
        if (!report.results().isEmpty()) {
            Charts.write(out, report);
        }
        if (json != null) {
            report.writeJson(json, environment);
        }
        report.line("It took " + Figures.fixed((System.nanoTime() - startNanos) / 1e9, 1) + " s.");
        return report.hasFailures() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private Plan plan() {
        inRange("--seeds", seeds, 1, 1000);
        inRange("--seconds", seconds, 1, MAX_SECONDS);
        inRange("--warm-up", warmUpSeconds, 0, MAX_SECONDS);
        inRange("--buffer", bufferMebibytes, 0, 1023);
        inRange("--threads", threads, 1, 1024);
        lossPercents.forEach(loss -> inRange("--loss", loss, 0, 100));
        rttMillis.forEach(rtt -> inRange("--rtt", rtt, 0.01, 60_000));
        capacityMbit.forEach(capacity -> inRange("--capacity", capacity, 0.01, 100_000));
        return new Plan(controllers.isEmpty() ? Controller.compared() : controllers,
                chosen(lossPercents, LOSS_PERCENTS, QUICK_LOSS_PERCENTS),
                chosen(rttMillis, RTT_MILLIS, QUICK_RTT_MILLIS),
                chosen(capacityMbit, CAPACITY_MBIT, QUICK_CAPACITY_MBIT),
                seeds, Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(seconds),
                Buffers.ofMebibytes(bufferMebibytes));
    }

    private List<Double> chosen(List<Double> asked, List<Double> all, List<Double> few) {
        return !asked.isEmpty() ? asked : quick ? few : all;
    }

    private List<Scenario> chosen() {
        if (scenarioNames.isEmpty()) {
            return quick ? SCENARIOS.subList(0, 1) : SCENARIOS;
        }
        List<Scenario> chosen = new ArrayList<>();
        for (String name : scenarioNames) {
            chosen.add(SCENARIOS.stream().filter(scenario -> scenario.name().equals(name)).findFirst()
                    .orElseThrow(() -> wrong("--scenario: there is no '" + name + "'")));
        }
        return chosen;
    }

    private void inRange(String option, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw wrong(option + ": " + Figures.plain(value) + " (expected: " + Figures.plain(min) + " to "
                    + Figures.plain(max) + ")");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
