/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.SessionInfo;
import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.TextTable;
import io.culvert.sim.DatagramFilter;
import io.culvert.sim.Fate;
import io.culvert.sim.Verdict;
import io.culvert.sim.WireLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Packets that overtake each other, none lost by chance: 5 % are held back by up to half a round trip. Whatever is sent
 * again beyond what the full queue has dropped was needless.
 */
final class ReorderingScenario implements Scenario {
    private static final double PROBABILITY = 0.05;
    private static final Duration ADAPTING = Duration.ofSeconds(1);
    private static final double WANTED_RATIO = 0.90;
    private static final double MOST_NEEDLESS = 0.01;
    private static final List<Link> LINKS = List.of(Link.of(10, 20), Link.of(100, 50), Link.of(100, 200));

    /** One session with reordering or without, with one seed. */
    private record Key(Controller controller, Link link, boolean reordered, long seed) {
        @Override
        public String toString() {
            return controller + ", " + link + (reordered ? ", reordered" : "") + ", seed " + seed;
        }
    }

    /**
     * What came of it.
     *
     * @param bytes read after the first second
     * @param segments sent after it
     * @param needless sent again after it although nothing was lost, at most
     */
    private record Outcome(long bytes, long segments, long needless) {
    }

    @Override
    public String name() {
        return "reordering";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        List<Workers.Job<Key, Outcome>> jobs = new ArrayList<>();
        for (Controller controller : plan.controllers()) {
            for (Link link : LINKS) {
                Key straight = new Key(controller, link, false, 1);
                jobs.add(new Workers.Job<>(straight, link.capacityMbit(), () -> measure(plan, straight)));
                for (long seed : plan.seedList()) {
                    Key key = new Key(controller, link, true, seed);
                    jobs.add(new Workers.Job<>(key, link.capacityMbit(), () -> measure(plan, key)));
                }
            }
        }
        Map<Key, Outcome> outcomes = workers.run(name(), jobs);
        TextTable table = new TextTable(1, "controller", "Mbit/s", "RTT ms", "% of the rate in order",
                "needlessly sent again %");
        for (Controller controller : plan.controllers()) {
            double worstRatio = Double.MAX_VALUE;
            double worstNeedless = 0;
            for (Link link : LINKS) {
                Outcome straight = outcomes.get(new Key(controller, link, false, 1));
                List<Outcome> reordered = plan.seedList().stream()
                        .map(seed -> outcomes.get(new Key(controller, link, true, seed))).toList();
                if (straight == null || reordered.contains(null)) {
                    continue;
                }
                double ratio = Statistics.median(reordered, outcome -> (double) outcome.bytes / straight.bytes);
                double needless = Statistics.median(reordered,
                        outcome -> (double) outcome.needless / outcome.segments);
                worstRatio = Math.min(worstRatio, ratio);
                worstNeedless = Math.max(worstNeedless, needless);
                table.row(controller.toString(), Figures.plain(link.capacityMbit()), Figures.plain(link.rttMillis()),
                        Figures.percent(ratio), Figures.fixed(100 * needless, 2));
                report.row(name(), "controller", controller, "capacityMbit", link.capacityMbit(), "rttMillis",
                        link.rttMillis(), "goodputRatio", ratio, "needlessShare", needless);
            }
            if (worstRatio < Double.MAX_VALUE) {
                report.goal(Goal.atLeast(name(), controller + ", rate over the rate in order, worst link",
                        100 * worstRatio, 100 * WANTED_RATIO, "%"));
                report.goal(Goal.atMost(name(), controller + ", needlessly sent again, worst link",
                        100 * worstNeedless, 100 * MOST_NEEDLESS, "%"));
            }
        }
        report.print("5 % of the packets held back by up to half a round trip, median of " + plan.seeds() + " seeds,"
                + " after the first second", table);
    }

    private static Outcome measure(Plan plan, Key key) {
        Duration half = key.link.roundTrip().dividedBy(2);
        Link link = !key.reordered ? key.link : key.link.with((path, random) ->
                path.filter(DatagramFilter.some(() -> random.nextDouble() < PROBABILITY,
                        () -> Verdict.delay(Duration.ofNanos(random.nextLong(1, half.toNanos() + 1))))));
        try (Lab lab = new Lab(link, plan.buffers(), key.seed)) {
            Flow flow = lab.open(key.controller).sendForever();
            lab.run(ADAPTING);
            SessionInfo before = flow.info();
            long bytesBefore = flow.receivedBytes();
            long needlessBefore = Math.max(0, before.retransmissions() - lost(lab));
            lab.run(plan.span());
            SessionInfo after = flow.info();
            long needless = Math.max(0, after.retransmissions() - lost(lab) - needlessBefore);
            return new Outcome(flow.receivedBytes() - bytesBefore, after.segmentsSent() - before.segmentsSent(),
                    needless);
        }
    }

    private static long lost(Lab lab) {
        WireLog log = lab.world().log();
        return log.count(Fate.QUEUE_DROP) + log.count(Fate.LOST);
    }
}
