/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonElement;
import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.TextTable;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How evenly streams between the same two hosts share what there is, all of them sending as fast as they can. */
final class FairnessBenchmark implements Benchmark {
    static final String NAME = "fairness";
    static final int USUAL_STREAMS = 16;

    private static final int RAMP_MILLIS = 500;
    private static final int WINDOWS = 2;

    private final int streams;
    private final Results results = new Results("Jain's index");

    /** With so many streams at once. */
    FairnessBenchmark(int streams) {
        this.streams = streams;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Plan plan, CompareReport report) throws InterruptedException {
        try (Field field = new Field(NAME, plan.setupsOfOneMtu(), plan, report)) {
            field.take(pair -> pair.listen("sink"));
            field.rounds("", plan.rounds(), pair -> measure(pair, plan.warmUpMillis(pair.setup())),
                    pair -> record(measure(pair, WINDOWS * plan.windowMillis()), results.of(pair.setup())));
        }
        results.all().forEach(result -> result.extras().addProperty("streams", streams));
        report.add(NAME, results);
        print(report);
    }

    private Window measure(Pair pair, int millis) throws IOException, InterruptedException, UnavailableException {
        return pair.turn("bulk", "streams", streams, RAMP_MILLIS, millis);
    }

    private void record(Window window, Result result) throws IOException {
        List<Double> shares = new ArrayList<>();
        for (JsonElement share : window.server().getAsJsonArray("streamBytes")) {
            shares.add(share.getAsDouble());
        }
        double bytes = window.server().get("bytes").getAsDouble();
        if (shares.size() < streams || bytes == 0) {
            throw new IOException("only " + shares.size() + " of " + streams + " streams, " + bytes + " bytes");
        }
        double fair = bytes / shares.size();
        result.round(Statistics.jainIndex(shares));
        result.other("leastOverFairShare", Collections.min(shares) / fair);
        result.other("mostOverFairShare", Collections.max(shares) / fair);
        result.other("gbitPerSecond", 8 * window.serverRate("bytes") / 1e9);
        Resources.add(window, bytes, result);
    }

    private void print(CompareReport report) {
        TextTable table = new TextTable(2, "system", "io", "Jain's index", "spread %", "least/fair", "most/fair",
                "Gbit/s in all", "CPU s/GB");
        List<Result> all = results.all();
        for (Result result : all) {
            table.row(result.setup().name(), result.setup().io(), Figures.fixed(result.median(), 3),
                    Figures.fixed(100 * result.spread(), 0), Figures.fixed(result.other("leastOverFairShare"), 2),
                    Figures.fixed(result.other("mostOverFairShare"), 2),
                    Figures.fixed(result.other("gbitPerSecond"), 2),
                    Figures.fixed(result.other("cpuSecondsPerGB"), 2));
        }
        report.print("How evenly do " + streams + " streams share, each sending as fast as it can? 1 is even, "
                + Figures.rough(1.0 / streams) + " is all for one", table, all);
    }
}
