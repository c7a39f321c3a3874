/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import java.util.List;
import picocli.CommandLine.Command;

/** The command: bulk in one direction. */
@Command(name = ThroughputBenchmark.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "How fast do bytes go one way in one stream, and what does it cost?",
            "",
            "Every contender has a process for each side, on a processor of its own; rounds take turns. Figures are"
                    + " the medians of the rounds, ratios the medians of the ratios within a round.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  throughput --quick --json throughput.json",
            "  throughput --systems culvert,tcp,udp --mtu 1500,full",
            "  throughput --systems culvert+bbr,tcp+bbr --io epoll --connect 10.0.0.2 --path kind=veth"})
public final class Throughput extends Comparison {
    @Override
    List<Benchmark> benchmarks() {
        return List.of(new ThroughputBenchmark());
    }
}
