/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: many streams at once. */
@Command(name = FairnessBenchmark.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "How evenly do streams between the same two hosts share what there is?", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairness --quick",
            "  fairness --systems culvert+cubic,culvert+bbr --streams 64 --seconds 5"})
public final class Fairness extends Comparison {
    @Option(names = "--streams", paramLabel = "N", defaultValue = "" + FairnessBenchmark.USUAL_STREAMS,
            description = "How many at once. Default: ${DEFAULT-VALUE}")
    private int streams;

    @Override
    List<Benchmark> benchmarks() {
        inRange("--streams", streams, 2, 10_000);
        return List.of(new FairnessBenchmark(streams));
    }
}
