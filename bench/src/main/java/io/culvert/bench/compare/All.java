/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonParser;
import io.culvert.bench.compare.contender.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command: every comparison, and the codec. */
@Command(name = "all", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "All of it: throughput, latency, handshakes, sessions, fairness, codec.",
            "",
            "Takes the better part of an hour, with --quick less than ten minutes.", ""},
        footerHeading = "%nExamples:%n",
        footer = "  all --quick --json all.json --html all.html")
public final class All extends Comparison {
    private static final String CODEC = "codec";

    @Override
    List<Benchmark> benchmarks() {
        return List.of(new ThroughputBenchmark(), new LatencyBenchmark(LatencyBenchmark.USUAL_BYTES,
                LatencyBenchmark.USUAL_RATE), new HandshakesBenchmark(HandshakesBenchmark.USUAL_IN_FLIGHT),
                new SessionsBenchmark(null), new FairnessBenchmark(FairnessBenchmark.USUAL_STREAMS));
    }

    @Override
    List<String> usualMtus() {
        return List.of("1500", "full");
    }

    @Override
    boolean isUsual(Setup setup) {
        return setup.mtu() != 0 || !setup.tls() && (setup.io().isEmpty() || setup.io().equals("epoll"));
    }

    @Override
    void runOthers(CompareReport report, boolean isQuick) throws IOException {
        CommandLine codec = spec().commandLine().getParent().getSubcommands().get(CODEC);
        if (codec == null) {
            return;
        }
        Path file = Files.createTempFile("culvert-bench", ".json");
        try {
            List<String> arguments = new ArrayList<>(List.of("--json", file.toString()));
            if (isQuick) {
                arguments.add("--quick");
            }
            if (codec.execute(arguments.toArray(String[]::new)) == CommandLine.ExitCode.OK) {
                report.addAll(JsonParser.parseString(Files.readString(file)).getAsJsonObject()
                        .getAsJsonArray("results"));
            }
        } finally {
            Files.delete(file);
        }
    }
}
