/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.util.List;

/** BBR on a path that loses 5 %, told to take that for normal. */
final class LossThresholdScenario implements Scenario {
    private static final Link LINK = Link.of(100, 50).loss(5);
    private static final double WANTED_SHARE = 0.82;

    @Override
    public String name() {
        return "loss-threshold";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        Grid grid = new Grid(plan);
        for (Controller controller : Controller.values()) {
            if (controller.isNamed("bbr") || controller.isNamed("bbr-raised")) {
                grid.add(controller, LINK);
            }
        }
        TextTable table = new TextTable(1, "controller", "goodput Mbit/s", "% of capacity", "sent again", "timeouts");
        grid.run(name(), workers).forEach((cell, samples) -> {
            Controller controller = cell.controller();
            Sample median = Sample.median(samples);
            table.row(controller.toString(), Figures.rough(median.goodputMbit()),
                    Figures.percent(median.goodputOverCapacity()), Long.toString(median.retransmissions()),
                    Long.toString(median.timeouts()));
            report.row(name(), "controller", controller, "goodputMbit", median.goodputMbit(), "goodputOverCapacity",
                    median.goodputOverCapacity(), "retransmissions", median.retransmissions());
            if (controller.isNamed("bbr-raised")) {
                report.goal(Goal.atLeast(name(), "bbr with a raised loss threshold, 5 % loss",
                        100 * median.goodputOverCapacity(), 100 * WANTED_SHARE, "%"));
            }
        });
        List<String> notes = table.isEmpty() ? List.of("No BBR to measure.") : List.of();
        report.print("BBR and its loss threshold, 100 Mbit/s, 50 ms, 5 % loss, median of " + plan.seeds() + " seeds",
                table, notes.toArray(new String[0]));
    }
}
