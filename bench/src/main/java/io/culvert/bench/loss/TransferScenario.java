/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.TextTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** 64 MiB arrive byte by byte as they were sent although every tenth packet is lost. */
final class TransferScenario implements Scenario {
    private static final int MEBIBYTES = 64;
    private static final long BYTES = (long) MEBIBYTES << 20;
    private static final Link LINK = Link.of(100, 20).loss(10);
    private static final Duration LIMIT = Duration.ofDays(2);

    private record Key(Controller controller, long seed) {
    }

    @Override
    public String name() {
        return "transfer";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        List<Workers.Job<Key, Double>> jobs = new ArrayList<>();
        for (Controller controller : plan.controllers()) {
            for (long seed : plan.seedList()) {
                jobs.add(new Workers.Job<>(new Key(controller, seed), 1, () -> seconds(plan, controller, seed)));
            }
        }
        Map<Key, Double> all = workers.run(name(), jobs);
        TextTable table = new TextTable(1, "controller", "transfers that are right", "of", "seconds", "Mbit/s");
        for (Controller controller : plan.controllers()) {
            List<Double> seconds = all.entrySet().stream().filter(entry -> entry.getKey().controller == controller)
                    .map(Map.Entry::getValue).toList();
            double median = seconds.isEmpty() ? Double.POSITIVE_INFINITY : Statistics.median(seconds, value -> value);
            double mbit = 8 * BYTES / median / 1e6;
            table.row(controller.toString(), Integer.toString(seconds.size()), Integer.toString(plan.seeds()),
                    Figures.rough(median), Figures.rough(mbit));
            report.row(name(), "controller", controller, "right", seconds.size(), "transfers", plan.seeds(),
                    "seconds", median, "goodputMbit", mbit);
            report.goal(Goal.atLeast(name(), controller + ", 64 MiB right byte by byte", seconds.size(), plan.seeds(),
                    "transfers"));
        }
        report.print("64 MiB, 10 % loss, 20 ms, 100 Mbit/s; virtual time, medians of " + plan.seeds() + " seeds",
                table);
    }

    private static double seconds(Plan plan, Controller controller, long seed) {
        try (Lab lab = new Lab(LINK, plan.buffers(), seed)) {
            Flow flow = lab.open(controller).compared().send(BYTES);
            lab.world().runUntil(() -> flow.receivedBytes() == BYTES, LIMIT);
            return lab.nowNanos() / 1e9;
        }
    }
}
