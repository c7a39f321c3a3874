/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.util.ArrayList;
import java.util.List;

/** A long and fast path, 100 ms at 1 Gbit/s, filled by sessions on which nobody has set a buffer. */
final class AutotuningScenario implements Scenario {
    private static final Link LINK = Link.of(1000, 100);
    private static final double WANTED_SHARE = 0.95;

    @Override
    public String name() {
        return "autotuning";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        List<Workers.Job<Controller, Sample>> jobs = new ArrayList<>();
        for (Controller controller : plan.controllers()) {
            Trial trial = new Trial(controller, LINK, 1, Buffers.AUTOMATIC, plan.warmUp(), plan.span());
            jobs.add(new Workers.Job<>(controller, 1, trial::run));
        }
        TextTable table = new TextTable(1, "controller", "goodput Mbit/s", "% of capacity");
        workers.run(name(), jobs).forEach((controller, sample) -> {
            table.row(controller.toString(), Figures.rough(sample.goodputMbit()),
                    Figures.percent(sample.goodputOverCapacity()));
            report.row(name(), "controller", controller, "capacityMbit", LINK.capacityMbit(), "rttMillis",
                    LINK.rttMillis(), "goodputMbit", sample.goodputMbit(), "goodputOverCapacity",
                    sample.goodputOverCapacity());
            report.goal(Goal.atLeast(name(), controller + ", 1 Gbit/s, 100 ms, no buffer set",
                    100 * sample.goodputOverCapacity(), 100 * WANTED_SHARE, "%"));
        });
        report.print("1 Gbit/s, 100 ms, no loss; SO_SNDBUF and SO_RCVBUF not set", table);
    }
}
