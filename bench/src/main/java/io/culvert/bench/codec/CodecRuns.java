/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.codec;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.culvert.bench.Statistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Lets JMH run {@link SegmentBenchmark}, every operation in JVMs of its own, and reads what its profiler of allocations
 * says.
 */
public final class CodecRuns {
    /** JMH's name for the bytes allocated by one operation. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private CodecRuns() {
    }

    /** The operations there are: {@code parse-data}, {@code write-sack} and so on. */
    public static List<String> operations() {
        List<String> operations = new ArrayList<>();
        for (String verb : new String[] {"parse", "write"}) {
            for (SampleSegment sample : SampleSegment.values()) {
                operations.add(verb + "-" + sample.name().toLowerCase(Locale.ROOT));
            }
        }
        return operations;
    }

    /**
     * Measures and blocks for a few seconds an operation, longer if not quick.
     *
     * @param operations some of {@link #operations()}
     * @param progress is told what comes next
     * @return a row of the results for each operation, in ns/op
     * @throws IllegalStateException if JMH cannot start its JVMs
     */
    public static List<JsonObject> measure(boolean quick, List<String> operations, Consumer<String> progress) {
        List<JsonObject> rows = new ArrayList<>();
        for (String operation : operations) {
            progress.accept(operation);
            String verb = operation.substring(0, operation.indexOf('-'));
            SampleSegment sample =
                    SampleSegment.valueOf(operation.substring(operation.indexOf('-') + 1).toUpperCase(Locale.ROOT));
            rows.add(row(verb + " " + sample.label(), run(quick, verb, sample)));
        }
        return rows;
    }

    private static RunResult run(boolean quick, String verb, SampleSegment sample) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + SegmentBenchmark.class.getName().replace(".", "\\.") + "\\." + verb + "$")
                .param("sample", sample.name())
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("-XX:+UseSerialGC")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? 3 : 5)
                .warmupTime(TimeValue.milliseconds(quick ? 200 : 1000))
                .measurementIterations(5)
                .measurementTime(TimeValue.milliseconds(quick ? 200 : 1000));
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            throw new IllegalStateException(verb + " " + sample + ": " + e.getMessage(), e);
        }
    }

    private static JsonObject row(String operation, RunResult result) {
        List<Double> rounds = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                rounds.add(rounded(iteration.getPrimaryResult().getScore()));
            }
        }
        JsonObject row = new JsonObject();
        row.addProperty("benchmark", "codec");
        row.addProperty("system", "culvert");
        row.addProperty("operation", operation);
        JsonArray list = new JsonArray();
        rounds.forEach(list::add);
        row.add("rounds", list);
        row.addProperty("median", Statistics.median(rounds));
        row.addProperty("spread", rounded(Statistics.spread(rounds)));
        row.addProperty("unit", "ns/op");
        row.addProperty("allocatedBytesPerOp", Math.round(allocated(result) * 10) / 10.0);
        row.add("parameters", parameters(result.getParams()));
        return row;
    }

    /** The least of the forks: the profiler sees the whole JVM, but what the operation allocates is in every one. */
    private static double allocated(RunResult result) {
        Collection<BenchmarkResult> forks = result.getBenchmarkResults();
        return forks.stream().mapToDouble(fork -> fork.getSecondaryResults().get(ALLOCATED).getScore()).min()
                .orElseThrow();
    }

    private static JsonObject parameters(BenchmarkParams params) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("jmh", params.getJmhVersion());
        parameters.addProperty("forks", params.getForks());
        parameters.addProperty("warmUp", params.getWarmup().getCount() + " x " + params.getWarmup().getTime());
        parameters.addProperty("measurement",
                params.getMeasurement().getCount() + " x " + params.getMeasurement().getTime());
        parameters.addProperty("jvmArguments", String.join(" ", params.getJvmArgs()));
        return parameters;
    }

    private static double rounded(double figure) {
        return Math.round(figure * 100) / 100.0;
    }
}
