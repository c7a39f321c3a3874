/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** 10 GiB over a path that loses nothing and keeps the order: nothing may be sent again. */
final class FastPathScenario implements Scenario {
    private static final long BYTES = 10L << 30;
    private static final double QUEUE_PRODUCTS = 1000;
    private static final Link LINK = Link.of(10_000, 1).queue(QUEUE_PRODUCTS);
    private static final Duration LIMIT = Duration.ofHours(1);

    /**
     * What came of it.
     *
     * @param seconds in virtual time
     */
    private record Outcome(double seconds, long retransmissions, double microsPerSegment) {
    }

    @Override
    public String name() {
        return "fast-path";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        List<Workers.Job<Controller, Outcome>> jobs = new ArrayList<>();
        for (Controller controller : plan.controllers()) {
            jobs.add(new Workers.Job<>(controller, 1, () -> measure(plan, controller)));
        }
        TextTable table = new TextTable(1, "controller", "sent again", "goodput Mbit/s", "simulation us/segment");
        workers.run(name(), jobs).forEach((controller, outcome) -> {
            double mbit = 8 * BYTES / outcome.seconds / 1e6;
            table.row(controller.toString(), Long.toString(outcome.retransmissions), Figures.rough(mbit),
                    Figures.fixed(outcome.microsPerSegment, 2));
            report.row(name(), "controller", controller, "retransmissions", outcome.retransmissions, "goodputMbit",
                    mbit, "microsPerSegment", outcome.microsPerSegment);
            report.goal(Goal.atMost(name(), controller + ", 10 GiB without loss, sent again", outcome.retransmissions,
                    0, "segments"));
        });
        report.print("10 GiB over 10 Gbit/s and 1 ms, with room for every window before the bottleneck", table);
    }

    private static Outcome measure(Plan plan, Controller controller) {
        CpuClock clock = new CpuClock();
        try (Lab lab = new Lab(LINK, plan.buffers(), 1)) {
            Flow flow = lab.open(controller).send(BYTES);
            lab.world().runUntil(() -> flow.receivedBytes() == BYTES, LIMIT);
            return new Outcome(lab.nowNanos() / 1e9, flow.info().retransmissions(),
                    clock.elapsedNanos() / 1e3 / flow.info().segmentsSent());
        }
    }
}
