/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.util.List;
import java.util.Map;

/** How long a queue a bulk session builds before the bottleneck, where there is room for one to four products. */
final class QueueScenario implements Scenario {
    private static final double MOST_BY_BBR = 0.5;
    private static final List<Link> LINKS = List.of(Link.of(100, 50), Link.of(100, 50).queue(4),
            Link.of(10, 100).queue(4), Link.of(1000, 20).queue(2));

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        Grid grid = new Grid(plan);
        plan.controllers().forEach(controller -> LINKS.forEach(link -> grid.add(controller, link)));
        TextTable table = new TextTable(1, "controller", "Mbit/s", "RTT ms", "room/BDP", "average queue/BDP",
                "% of capacity", "drops");
        double worst = -1;
        for (Map.Entry<Grid.Cell, List<Sample>> entry : grid.run(name(), workers).entrySet()) {
            Controller controller = entry.getKey().controller();
            Link link = entry.getKey().link();
            Sample sample = Sample.median(entry.getValue());
            double room = link.queueBytes() / link.productBytes();
            table.row(controller.toString(), Figures.plain(link.capacityMbit()), Figures.plain(link.rttMillis()),
                    Figures.plain(room), Figures.fixed(sample.queueOverProduct(), 2),
                    Figures.percent(sample.goodputOverCapacity()), Long.toString(sample.drops()));
            report.row(name(), "controller", controller, "capacityMbit", link.capacityMbit(), "rttMillis",
                    link.rttMillis(), "roomOverProduct", room, "queueOverProduct", sample.queueOverProduct(),
                    "goodputOverCapacity", sample.goodputOverCapacity(), "queueDrops", sample.drops());
            if (controller.isNamed("bbr")) {
                worst = Math.max(worst, sample.queueOverProduct());
            }
        }
        report.print("The queue before the bottleneck, averaged over " + Figures.plain(plan.seconds()) + " s", table);
        if (worst >= 0) {
            report.goal(Goal.atMost(name(), "bbr, average queue over BDP, worst link", worst, MOST_BY_BBR, ""));
        }
    }
}
