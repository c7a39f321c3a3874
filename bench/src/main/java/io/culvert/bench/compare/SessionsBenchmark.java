/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonObject;
import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.util.List;

/** How much memory an idle connection keeps, and what it costs to have many that do nothing. */
final class SessionsBenchmark implements Benchmark {
    static final String NAME = "sessions";
    static final int USUAL_SESSIONS = 10_000;
    static final int QUICK_SESSIONS = 2_000;

    private static final int FIRST_SESSIONS = 200;
    /** What is alive after full collections differs little from one round to the next: one for so many of others. */
    private static final int ROUNDS_OF_OTHERS = 3;
    private static final int SETTLE_MILLIS = 1000;

    private final Integer sessions;
    private final Results results = new Results("B");

    /** With so many, null for what is usual. */
    SessionsBenchmark(Integer sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Plan plan, CompareReport report) throws InterruptedException {
        int count = sessions != null ? sessions : plan.quick() ? QUICK_SESSIONS : USUAL_SESSIONS;
        try (Field field = new Field(NAME, plan.setupsOfOneMtu(), plan, report)) {
            field.take(pair -> pair.listen("echo"));
            field.rounds("", Math.max(1, plan.rounds() / ROUNDS_OF_OTHERS),
                    pair -> hold(pair, Math.min(count, FIRST_SESSIONS), plan),
                    pair -> measure(pair, count, plan));
        }
        results.all().forEach(result -> result.extras().addProperty("sessions", count));
        report.add(NAME, results);
        print(report, count);
    }

    /** What pools and classes keep for ever is not to be counted. */
    private static void hold(Pair pair, int count, Plan plan)
            throws IOException, InterruptedException, UnavailableException {
        pair.start("hold", "streams", count);
        pair.measure(plan.windowMillis());
        pair.stop();
    }

    private void measure(Pair pair, int count, Plan plan)
            throws IOException, InterruptedException, UnavailableException {
        Window before = pair.memory();
        pair.start("hold", "streams", count);
        pair.rest(SETTLE_MILLIS);
        Window idle = pair.measure(plan.windowMillis());
        Window after = pair.memory();
        int open = idle.server().get("openStreams").getAsInt();
        pair.stop();
        if (open < count) {
            throw new IOException("the server has only " + open + " of " + count + " streams");
        }
        Result result = results.of(pair.setup());
        result.round(Math.max(0, grown(before.server(), after.server(), "heapBytes") / count));
        result.other("clientHeapBytesPerSession", grown(before.client(), after.client(), "heapBytes") / count);
        result.other("directBytesPerSession", grown(before.server(), after.server(), "directBytes") / count);
        result.other("idleCpuPercent", 100 * idle.serverRate("cpuNanos") / 1e9);
    }

    private static double grown(JsonObject before, JsonObject after, String name) {
        return after.get(name).getAsDouble() - before.get(name).getAsDouble();
    }

    private void print(CompareReport report, int count) {
        TextTable table = new TextTable(2, "system", "io", "heap B/session", "spread %", "x TCP", "direct B/session",
                "client's heap B/session", "idle CPU %");
        List<Result> all = results.all();
        for (Result result : all) {
            table.row(result.setup().name(), result.setup().io(), Figures.fixed(result.median(), 0),
                    Figures.fixed(100 * result.spread(), 0),
                    Figures.ratio(results.ratio(Results.KERNEL_TCP, result)),
                    Figures.fixed(result.other("directBytesPerSession"), 0),
                    Figures.fixed(result.other("clientHeapBytesPerSession"), 0),
                    Figures.fixed(result.other("idleCpuPercent"), 1));
        }
        report.print("What does an idle session keep at the server, with " + count
                + " of them? Heap after full collections, median of the rounds", table, all,
                "What the kernel keeps for TCP's sessions is not on the heap, nor is what native libraries keep.");
    }
}
