/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.util.List;

/** How fast bytes go one way in one stream, counted at the receiver, and what it costs. */
final class ThroughputBenchmark implements Benchmark {
    static final String NAME = "throughput";
    /** Until a new stream has found its rate on a loopback. */
    private static final int RAMP_MILLIS = 300;
    /** On a link that takes some round trips, of slow start and what follows it. */
    private static final int RAMP_ROUND_TRIPS = 40;

    /** The time that was asked for has so many parts, and what may follow lasts until there were so many times it. */
    private static final int WARM_UP_PARTS = 4;
    private static final int MOST_WARM_UPS = 4;

    private final Results results = new Results("Gbit/s");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Plan plan, CompareReport report) throws InterruptedException {
        try (Field field = new Field(NAME, plan.setups(), plan, report)) {
            field.take(pair -> pair.listen("sink"));
            int ramp = rampMillis(plan.path());
            field.rounds("", plan.rounds(), pair -> warmUp(pair, ramp, plan.warmUpMillis(pair.setup())),
                    pair -> record(measure(pair, ramp, plan.windowMillis()), results.of(pair.setup())));
        }
        report.add(NAME, results);
        print(report);
    }

    private static int rampMillis(JsonObject path) {
        JsonElement rttMillis = path.get("rttMillis");
        boolean isKnown = rttMillis != null && rttMillis.getAsJsonPrimitive().isNumber();
        return isKnown ? Math.max(RAMP_MILLIS, (int) (RAMP_ROUND_TRIPS * rttMillis.getAsDouble())) : RAMP_MILLIS;
    }

    private static Window measure(Pair pair, int rampMillis, int millis)
            throws IOException, InterruptedException, UnavailableException {
        return pair.turn("bulk", "streams", 1, rampMillis, millis);
    }

    /**
     * Ends when it is as warm as it gets, which takes longer the less of the machine it has. In several streams: with
     * each that begins and ends a compiler sees what it took for impossible, and compiles much of the path again.
     */
    private static void warmUp(Pair pair, int rampMillis, int millis)
            throws IOException, InterruptedException, UnavailableException {
        int part = Math.max(1, millis / WARM_UP_PARTS);
        WarmUp warmUp = new WarmUp();
        for (int turns = 0; turns < MOST_WARM_UPS * WARM_UP_PARTS; turns++) {
            warmUp.add(measure(pair, turns == 0 ? rampMillis : 0, part));
            if (turns >= WARM_UP_PARTS && warmUp.isOver()) {
                return;
            }
        }
    }

    private static void record(Window window, Result result) throws IOException {
        double bytes = window.server().get("bytes").getAsDouble();
        if (bytes == 0) {
            throw new IOException("not a byte arrived");
        }
        result.round(8 * window.serverRate("bytes") / 1e9);
        Resources.add(window, bytes, result);
    }

    private void print(CompareReport report) {
        TextTable table = new TextTable(2, "system", "io", "MTU", "Gbit/s", "spread %", "x TCP", "x UDP", "x QUIC",
                "CPU s/GB", "sender", "receiver", "garbage B/MB", "GCs/s");
        List<Result> all = results.all();
        for (Result result : all) {
            table.row(result.setup().name(), result.setup().io(), CompareReport.mtuName(result.setup()),
                    Figures.fixed(result.median(), result.median() < 1 ? 4 : 2),
                    Figures.fixed(100 * result.spread(), 0),
                    Figures.ratio(results.ratio(Results.KERNEL_TCP, result)),
                    Figures.ratio(results.ratio(Results.RAW_UDP, result)),
                    Figures.ratio(results.ratio(Results.QUIC, result)),
                    Figures.fixed(result.other("cpuSecondsPerGB"), 2),
                    Figures.fixed(result.other("clientCpuSecondsPerGB"), 2),
                    Figures.fixed(result.other("serverCpuSecondsPerGB"), 2),
                    Figures.fixed(result.other("allocatedBytesPerMB"), 0),
                    Figures.fixed(result.other("collectionsPerSecond"), 1));
        }
        report.print("How fast do bytes go one way in one stream? Received, median of the rounds", table, all);
    }
}
