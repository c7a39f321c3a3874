/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: round trips of small messages. */
@Command(name = LatencyBenchmark.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "How long does a small message take to an echo server and back?",
            "",
            "One at a time, and at a fixed rate: there each is timed from when it should have left, so that a stall"
                    + " counts for every message that it holds up.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  latency --quick --systems culvert,tcp --io epoll",
            "  latency --message-bytes 16,4096 --rate 10000"})
public final class Latency extends Comparison {
    @Option(names = "--message-bytes", paramLabel = "N", split = ",",
            description = "How long a message is. Default: 64,1024")
    private List<Integer> messageBytes = new ArrayList<>();

    @Option(names = "--rate", paramLabel = "N", defaultValue = "" + LatencyBenchmark.USUAL_RATE,
            description = "Messages a second. Default: ${DEFAULT-VALUE}")
    private int perSecond;

    @Override
    List<Benchmark> benchmarks() {
        messageBytes.forEach(bytes -> inRange("--message-bytes", bytes, 1, 1 << 16));
        inRange("--rate", perSecond, 1, 1_000_000);
        return List.of(new LatencyBenchmark(messageBytes.isEmpty() ? LatencyBenchmark.USUAL_BYTES : messageBytes,
                perSecond));
    }
}
