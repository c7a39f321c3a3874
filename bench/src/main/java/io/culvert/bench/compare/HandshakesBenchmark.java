/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.util.List;

/** How many connections a second are opened, carry a message to an echo server and back, and are closed. */
final class HandshakesBenchmark implements Benchmark {
    static final String NAME = "handshakes";
    static final int USUAL_IN_FLIGHT = 16;

    private static final int RAMP_MILLIS = 100;
    /** All of a connection's code runs once for each: it takes longer until it is compiled than a stream's does. */
    private static final int WARM_UPS = 5;

    private final int inFlight;
    private final Results results = new Results("1/s");

    /** With so many under way at any time. */
    HandshakesBenchmark(int inFlight) {
        this.inFlight = inFlight;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Plan plan, CompareReport report) throws InterruptedException {
        try (Field field = new Field(NAME, plan.setupsOfOneMtu(), plan, report)) {
            field.take(pair -> pair.listen("echo"));
            field.rounds("", plan.rounds(), pair -> measure(pair, WARM_UPS * plan.warmUpMillis(pair.setup())),
                    pair -> record(measure(pair, plan.windowMillis()), results.of(pair.setup())));
        }
        results.all().forEach(result -> result.extras().addProperty("inFlight", inFlight));
        report.add(NAME, results);
        print(report);
    }

    private Window measure(Pair pair, int millis) throws IOException, InterruptedException, UnavailableException {
        return pair.turn("churn", "inFlight", inFlight, RAMP_MILLIS, millis);
    }

    private static void record(Window window, Result result) throws IOException {
        double count = window.client().get("count").getAsDouble();
        if (count == 0) {
            throw new IOException("not a connection came about");
        }
        result.round(window.clientRate("count"));
        result.other("cpuMicrosPerConnection", window.sum("cpuNanos") / 1e3 / count);
        result.other("serverCpuMicrosPerConnection", window.server().get("cpuNanos").getAsDouble() / 1e3 / count);
        result.other("clientCpuMicrosPerConnection", window.client().get("cpuNanos").getAsDouble() / 1e3 / count);
        result.other("allocatedBytesPerConnection", window.sum("allocatedBytes") / count);
        result.other("failures", window.client().get("failures").getAsDouble());
    }

    private void print(CompareReport report) {
        TextTable table = new TextTable(2, "system", "io", "1/s", "spread %", "x TCP", "x QUIC", "CPU us each",
                "client", "server", "garbage KB each", "failures");
        List<Result> all = results.all();
        for (Result result : all) {
            table.row(result.setup().name(), result.setup().io(), Figures.fixed(result.median(), 0),
                    Figures.fixed(100 * result.spread(), 0),
                    Figures.ratio(results.ratio(Results.KERNEL_TCP, result)),
                    Figures.ratio(results.ratio(Results.QUIC, result)),
                    Figures.fixed(result.other("cpuMicrosPerConnection"), 0),
                    Figures.fixed(result.other("clientCpuMicrosPerConnection"), 0),
                    Figures.fixed(result.other("serverCpuMicrosPerConnection"), 0),
                    Figures.fixed(result.other("allocatedBytesPerConnection") / 1e3, 1),
                    Figures.fixed(result.other("failures"), 0));
        }
        report.print("How many connections a second are opened, echo 64 bytes and are closed, " + inFlight
                + " at a time? Median of the rounds", table, all);
    }
}
