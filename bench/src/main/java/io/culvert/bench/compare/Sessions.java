/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: connections that do nothing. */
@Command(name = SessionsBenchmark.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "How much memory does an idle session keep at the server, and does it cost processor time?",
            "",
            "A file descriptor is needed for each on either side: see ulimit -n.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  sessions --quick",
            "  sessions --systems culvert --sessions 18000 --jvm=-Xmx4g"})
public final class Sessions extends Comparison {
    @Option(names = "--sessions", paramLabel = "N",
            description = "How many. Default: " + SessionsBenchmark.USUAL_SESSIONS + ", quick "
                    + SessionsBenchmark.QUICK_SESSIONS)
    private Integer sessions;

    @Override
    List<Benchmark> benchmarks() {
        if (sessions != null) {
            inRange("--sessions", sessions, 1, 1_000_000);
        }
        return List.of(new SessionsBenchmark(sessions));
    }

    @Override
    int usualRounds(boolean isQuick) {
        return isQuick ? 1 : 3;
    }
}
