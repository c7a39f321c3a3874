/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: connections that live for one message. */
@Command(name = HandshakesBenchmark.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "How many connections a second are opened, echo a message and are closed?", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  handshakes --quick",
            "  handshakes --systems culvert,tcp,culvert+tls,tcp+tls --in-flight 1"})
public final class Handshakes extends Comparison {
    @Option(names = "--in-flight", paramLabel = "N", defaultValue = "" + HandshakesBenchmark.USUAL_IN_FLIGHT,
            description = "How many are under way at any time. Default: ${DEFAULT-VALUE}")
    private int inFlight;

    @Override
    List<Benchmark> benchmarks() {
        inRange("--in-flight", inFlight, 1, 10_000);
        return List.of(new HandshakesBenchmark(inFlight));
    }
}
