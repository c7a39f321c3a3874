/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Losses that come in bursts: the model of Gilbert and Elliott, at 100 Mbit/s and 50 ms. */
final class BurstsScenario implements Scenario {
    private static final double CAPACITY_MBIT = 100;
    private static final double RTT_MILLIS = 50;

    /**
     * The chances, before each packet, that a burst begins and that it ends, and of each packet's loss within one.
     *
     * @param begin chance that a burst begins
     * @param end chance that it ends
     * @param loss chance of a packet's loss within it
     */
    private record Burstiness(double begin, double end, double loss) {
        double averageLoss() {
            return begin / (begin + end) * loss;
        }
    }

    private static final List<Burstiness> SETTINGS = List.of(
            new Burstiness(0.0002, 0.2, 1), new Burstiness(0.001, 0.33, 1), new Burstiness(0.001, 0.1, 0.5),
            new Burstiness(0.0001, 0.01, 1), new Burstiness(0.005, 0.25, 0.75));

    @Override
    public String name() {
        return "bursts";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        Grid grid = new Grid(plan);
        Map<Link, Burstiness> settings = new LinkedHashMap<>();
        for (Burstiness bursts : SETTINGS) {
            Link link = Link.of(CAPACITY_MBIT, RTT_MILLIS)
                    .with((path, random) -> path.bursts(bursts.begin, bursts.end, bursts.loss));
            settings.put(link, bursts);
            plan.controllers().forEach(controller -> grid.add(controller, link));
        }
        TextTable table = new TextTable(1, "controller", "burst every", "of packets", "loss in it %",
                "average loss %", "goodput Mbit/s", "% of capacity", "lost", "sent again", "timeouts");
        grid.run(name(), workers).forEach((cell, samples) -> {
            Burstiness bursts = settings.get(cell.link());
            Sample median = Sample.median(samples);
            table.row(cell.controller().toString(), Figures.rough(1 / bursts.begin), Figures.rough(1 / bursts.end),
                    Figures.plain(100 * bursts.loss), Figures.fixed(100 * bursts.averageLoss(), 2),
                    Figures.rough(median.goodputMbit()), Figures.percent(median.goodputOverCapacity()),
                    Long.toString(median.losses()), Long.toString(median.retransmissions()),
                    Long.toString(median.timeouts()));
            report.row(name(), "controller", cell.controller(), "capacityMbit", CAPACITY_MBIT,
                    "rttMillis", RTT_MILLIS, "begin", bursts.begin, "end", bursts.end, "lossInBurst", bursts.loss,
                    "goodputMbit", median.goodputMbit(), "goodputOverCapacity", median.goodputOverCapacity(),
                    "losses", median.losses(), "retransmissions", median.retransmissions(),
                    "retransmissionTimeouts", median.timeouts());
        });
        report.print("Losses in bursts, 100 Mbit/s, 50 ms, median of " + plan.seeds() + " seeds", table);
    }
}
