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
import java.util.SplittableRandom;

/** Two bulk sessions share one bottleneck for a minute; the second begins up to a second after the first. */
final class SharingScenario implements Scenario {
    private static final Duration SPAN = Duration.ofSeconds(60);
    private static final String SLOW_CONVERGENCE = "CUBIC converges slowly where windows are large"
            + "\n  (Leith, Shorten, McCullagh, 2008): the smaller window probes sooner and meets the full queue alone.";
    private static final long LATEST_START_NANOS = 1_000_000_000L;
    private static final double WANTED_INDEX = 0.95;
    private static final List<Link> LINKS = List.of(Link.of(10, 50), Link.of(100, 50));

    /** Two controllers on a link. */
    private record Pair(Controller first, Controller second, Link link) {
    }

    private record Key(Pair pair, long seed) {
        @Override
        public String toString() {
            return pair.first + " and " + pair.second + ", " + pair.link + ", seed " + seed;
        }
    }

    /**
     * The rates of both.
     *
     * @param first in Mbit/s
     * @param second in Mbit/s
     */
    private record Rates(double first, double second) {
        double jainIndex() {
            return Statistics.jainIndex(List.of(first, second));
        }
    }

    @Override
    public String name() {
        return "sharing";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        List<Pair> pairs = new ArrayList<>();
        for (Link link : LINKS) {
            for (int i = 0; i < plan.controllers().size(); i++) {
                for (int j = i; j < plan.controllers().size(); j++) {
                    pairs.add(new Pair(plan.controllers().get(i), plan.controllers().get(j), link));
                }
            }
        }
        List<Workers.Job<Key, Rates>> jobs = new ArrayList<>();
        for (Pair pair : pairs) {
            for (long seed : plan.seedList()) {
                jobs.add(new Workers.Job<>(new Key(pair, seed), pair.link.capacityMbit(),
                        () -> measure(plan, pair, seed)));
            }
        }
        Map<Key, Rates> all = workers.run(name(), jobs);
        TextTable table = new TextTable(2, "first", "second", "Mbit/s", "RTT ms", "first Mbit/s", "second Mbit/s",
                "Jain's index", "lowest");
        for (Pair pair : pairs) {
            List<Rates> rates = plan.seedList().stream().map(seed -> all.get(new Key(pair, seed)))
                    .filter(found -> found != null).toList();
            if (rates.isEmpty()) {
                continue;
            }
            double index = Statistics.median(rates, Rates::jainIndex);
            double lowest = rates.stream().mapToDouble(Rates::jainIndex).min().orElseThrow();
            double first = Statistics.median(rates, Rates::first);
            double second = Statistics.median(rates, Rates::second);
            table.row(pair.first.toString(), pair.second.toString(), Figures.plain(pair.link.capacityMbit()),
                    Figures.plain(pair.link.rttMillis()), Figures.rough(first), Figures.rough(second),
                    Figures.fixed(index, 3), Figures.fixed(lowest, 3));
            report.row(name(), "first", pair.first, "second", pair.second, "capacityMbit", pair.link.capacityMbit(),
                    "rttMillis", pair.link.rttMillis(), "firstMbit", first, "secondMbit", second, "jainIndex", index,
                    "lowestJainIndex", lowest);
            if (pair.first == pair.second && pair.first.isNamed("cubic")) {
                report.goal(Goal.atLeast(name(), "two cubic sessions, " + Figures.plain(pair.link.capacityMbit())
                        + " Mbit/s, Jain's index", index, WANTED_INDEX, "").explained(SLOW_CONVERGENCE));
            }
        }
        report.print("Two sessions share a bottleneck for 60 s, medians of " + plan.seeds() + " seeds", table);
    }

    private static Rates measure(Plan plan, Pair pair, long seed) {
        try (Lab lab = new Lab(pair.link, plan.buffers(), seed)) {
            Flow first = lab.open(pair.first).sendForever();
            lab.run(Duration.ofNanos(new SplittableRandom(seed).nextLong(LATEST_START_NANOS)));
            Flow second = lab.open(pair.second).sendForever();
            lab.run(plan.warmUp());
            long firstBefore = first.receivedBytes();
            long secondBefore = second.receivedBytes();
            lab.run(SPAN);
            double perByte = 8 / 1e6 / SPAN.toSeconds();
            return new Rates((first.receivedBytes() - firstBefore) * perByte,
                    (second.receivedBytes() - secondBefore) * perByte);
        }
    }
}
