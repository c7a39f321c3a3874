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

/**
 * How many round trips a new session takes to 80 % of the capacity: from when the sender is connected to the end of
 * the first round trip in which the receiving application has read so much.
 */
final class StartupScenario implements Scenario {
    private static final double SHARE = 0.8;
    private static final int STEPS_PER_ROUND_TRIP = 50;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MOST_ROUND_TRIPS_MORE = 4;
    /** RFC 6928. */
    private static final int INITIAL_SEGMENTS = 10;
    private static final int LEAST_LARGE_WINDOW_BYTES = 14_600;
    private static final List<Link> LINKS = List.of(Link.of(10, 20), Link.of(100, 50), Link.of(100, 200),
            Link.of(1000, 20), Link.of(1000, 100));

    private record Key(Controller controller, Link link) {
    }

    /**
     * What came of it.
     *
     * @param roundTrips how many it took
     * @param wanted how many it may take
     */
    private record Outcome(double roundTrips, double wanted) {
    }

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        List<Workers.Job<Key, Outcome>> jobs = new ArrayList<>();
        for (Controller controller : plan.controllers()) {
            for (Link link : LINKS) {
                jobs.add(new Workers.Job<>(new Key(controller, link), link.capacityMbit(),
                        () -> measure(plan, controller, link)));
            }
        }
        TextTable table = new TextTable(1, "controller", "Mbit/s", "RTT ms", "round trips", "wanted at most");
        workers.run(name(), jobs).forEach((key, outcome) -> {
            Link link = key.link;
            table.row(key.controller.toString(), Figures.plain(link.capacityMbit()), Figures.plain(link.rttMillis()),
                    Figures.fixed(outcome.roundTrips, 1), Figures.plain(outcome.wanted));
            report.row(name(), "controller", key.controller, "capacityMbit", link.capacityMbit(), "rttMillis",
                    link.rttMillis(), "roundTrips", outcome.roundTrips, "wanted", outcome.wanted);
            report.goal(Goal.atMost(name(), key.controller + ", " + Figures.plain(link.capacityMbit()) + " Mbit/s, "
                    + Figures.plain(link.rttMillis()) + " ms, round trips to 80 %", outcome.roundTrips,
                    outcome.wanted, ""));
        });
        report.print("From the connection to 80 % of the capacity", table);
    }

    private static Outcome measure(Plan plan, Controller controller, Link link) {
        try (Lab lab = new Lab(link, plan.buffers(), 1)) {
            Flow flow = lab.open(controller).sendForever();
            Duration step = link.roundTrip().dividedBy(STEPS_PER_ROUND_TRIP);
            long[] received = new long[STEPS_PER_ROUND_TRIP];
            for (int i = 0; lab.nowNanos() < LIMIT.toNanos(); i++) {
                lab.run(step);
                long bytes = flow.receivedBytes();
                long inRoundTrip = bytes - received[i % STEPS_PER_ROUND_TRIP];
                received[i % STEPS_PER_ROUND_TRIP] = bytes;
                if (inRoundTrip >= SHARE * link.productBytes() * Trial.payloadShare(flow.info())) {
                    double roundTrips = (lab.nowNanos() - flow.connectedNanos()) / 1e6 / link.rttMillis();
                    return new Outcome(roundTrips, wanted(link, flow.info().segmentBytes()));
                }
            }
            throw new IllegalStateException("not at " + 100 * SHARE + " % of the capacity after " + LIMIT);
        }
    }

    private static double wanted(Link link, int segmentBytes) {
        double initialWindow = Math.min(INITIAL_SEGMENTS * segmentBytes,
                Math.max(2 * segmentBytes, LEAST_LARGE_WINDOW_BYTES));
        double doublings = Math.log(SHARE * link.productBytes() / initialWindow) / Math.log(2);
        return Math.max(0, Math.ceil(doublings)) + MOST_ROUND_TRIPS_MORE;
    }
}
