/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How much of the capacity a bulk session uses: controller by loss by round trip by bottleneck. */
final class TableScenario implements Scenario {
    private static final int MOST_CELLS_IN_DETAIL = 30;
    private static final double NO_LOSS_SHARE = 0.95;

    private static final String RESPONSE_FUNCTION = "RFC 9438's own response function"
            + "\n  gives 38 segments a round trip there, 9 Mbit/s; more is seen only while slow start's window lasts.";

    /** A figure wanted at 100 Mbit/s and 50 ms. */
    private record Wanted(String controller, double lossPercent, double mbit, double share, String shortfall) {
        Wanted(String controller, double lossPercent, double mbit, double share) {
            this(controller, lossPercent, mbit, share, "");
        }
    }

    private static final List<Wanted> WANTED = List.of(
            new Wanted("cubic", 0.1, 18, 0, RESPONSE_FUNCTION), new Wanted("cubic", 1, 2.5, 0),
            new Wanted("cubic", 2, 1.8, 0), new Wanted("cubic", 5, 0.9, 0),
            new Wanted("bbr", 0.1, 0, 0.92), new Wanted("bbr", 1, 0, 0.90));

    @Override
    public String name() {
        return "table";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        Grid grid = new Grid(plan);
        for (Controller controller : plan.controllers()) {
            for (double capacity : plan.capacityMbit()) {
                for (double rtt : plan.rttMillis()) {
                    for (double loss : plan.lossPercents()) {
                        grid.add(controller, Link.of(capacity, rtt).loss(loss));
                    }
                }
            }
        }
        List<CellResult> results = new ArrayList<>();
        for (Map.Entry<Grid.Cell, List<Sample>> cell : grid.run(name(), workers).entrySet()) {
            results.add(CellResult.of(cell.getKey().controller(), cell.getKey().link(), cell.getValue(),
                    plan.seconds()));
        }
        results.forEach(report::result);
        String[] notes = {
            "",
            "Goodput is payload that the receiving application has read in " + Figures.plain(plan.seconds())
                    + " s of virtual time after " + Figures.plain(plan.warmUp().toNanos() / 1e9) + " s.",
            "Capacity counts IP packets whole; 100 % is what full packets of " + Link.MTU
                    + " bytes leave to payload. The queue is",
            "drop-tail, of one bandwidth-delay product (at least ten packets). Losses are of data packets. Median of "
                    + plan.seeds() + " seeds;",
            "without loss nothing is random, and one run is all."};
        if (results.size() <= MOST_CELLS_IN_DETAIL) {
            report.print("Goodput of one bulk session", detail(results), notes);
        } else {
            report.print("Goodput of one bulk session, % of capacity", overview(plan, results), notes);
        }
        goals(results, report);
    }

    private static TextTable detail(List<CellResult> results) {
        TextTable table = new TextTable(1, "controller", "Mbit/s", "RTT ms", "loss %", "goodput Mbit/s", "%", "lowest",
                "highest", "sent again", "timeouts", "queue/BDP", "drops");
        for (CellResult cell : results) {
            table.row(cell.controller(), Figures.plain(cell.capacityMbit()), Figures.plain(cell.rttMillis()),
                    Figures.plain(cell.lossPercent()), Figures.rough(cell.goodputMbit()),
                    Figures.percent(cell.goodputOverCapacity()), Figures.percent(cell.lowest()),
                    Figures.percent(cell.highest()), Long.toString(cell.retransmissions()),
                    Long.toString(cell.retransmissionTimeouts()), Figures.fixed(cell.queueOverProduct(), 2),
                    Long.toString(cell.queueDrops()));
        }
        return table;
    }

    private static TextTable overview(Plan plan, List<CellResult> results) {
        List<String> heads = new ArrayList<>(List.of("controller", "Mbit/s", "RTT ms"));
        plan.lossPercents().forEach(loss -> heads.add(Figures.plain(loss) + " % loss"));
        TextTable table = new TextTable(1, heads.toArray(new String[0]));
        for (Controller controller : plan.controllers()) {
            for (double capacity : plan.capacityMbit()) {
                for (double rtt : plan.rttMillis()) {
                    List<String> row = new ArrayList<>(List.of(controller.toString(), Figures.plain(capacity),
                            Figures.plain(rtt)));
                    plan.lossPercents().forEach(loss -> row.add(results.stream()
                            .filter(cell -> controller.isNamed(cell.controller()) && cell.capacityMbit() == capacity
                                    && cell.rttMillis() == rtt && cell.lossPercent() == loss)
                            .map(cell -> Figures.percent(cell.goodputOverCapacity())).findFirst().orElse("-")));
                    table.row(row.toArray(new String[0]));
                }
            }
        }
        return table;
    }

    private void goals(List<CellResult> results, Report report) {
        for (Controller controller : Controller.values()) {
            results.stream().filter(cell -> controller.isNamed(cell.controller()) && cell.lossPercent() == 0)
                    .min((a, b) -> Double.compare(a.goodputOverCapacity(), b.goodputOverCapacity()))
                    .ifPresent(worst -> report.goal(Goal.atLeast(name(), controller + ", no loss, worst cell: "
                            + Figures.plain(worst.capacityMbit()) + " Mbit/s, " + Figures.plain(worst.rttMillis())
                            + " ms", 100 * worst.goodputOverCapacity(), 100 * NO_LOSS_SHARE, "%")));
        }
        for (Wanted wanted : WANTED) {
            for (CellResult cell : results) {
                if (cell.controller().equals(wanted.controller) && cell.capacityMbit() == 100
                        && cell.rttMillis() == 50 && cell.lossPercent() == wanted.lossPercent) {
                    String what = cell.controller() + ", 100 Mbit/s, 50 ms, " + Figures.plain(cell.lossPercent())
                            + " % loss";
                    report.goal(wanted.mbit > 0
                            ? Goal.atLeast(name(), what, cell.goodputMbit(), wanted.mbit, "Mbit/s")
                                    .explained(wanted.shortfall)
                            : Goal.atLeast(name(), what, 100 * cell.goodputOverCapacity(), 100 * wanted.share, "%"));
                }
            }
        }
    }
}
