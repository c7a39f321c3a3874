/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.TextTable;
import io.culvert.observe.SessionObserver;
import io.culvert.observe.SessionView;
import io.culvert.segment.Segment;
import io.culvert.sim.DatagramFilter;
import io.culvert.sim.SegmentKind;
import io.culvert.sim.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The last one, two or three segments of a burst are lost, and nothing behind them tells. The time to repair counts
 * from when the probe timeout (PTO, RFC 8985 section 7.2) was last armed, by the last segment sent or the last
 * acknowledgment that came, to when the receiving application has read everything.
 */
final class TailLossScenario implements Scenario {
    private static final int MOST_LOST = 3;
    private static final int BURSTS_PER_SEED = 20;
    private static final int WARMING_BYTES = 200_000;
    private static final int LEAST_BURST = 5;
    private static final int LARGEST_BURST = 10;
    private static final double CAPACITY_MBIT = 100;
    private static final double LEAST_RTT_MILLIS = 10;
    private static final double MOST_RTT_MILLIS = 200;
    private static final long MAX_ACK_DELAY_NANOS = 200_000_000L;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /** What a packet takes through the bottleneck, and the rounding of timers, in SRTT. */
    private static final double TOLERANCE = 0.05;
    private static final double WANTED_SHARE = 0.99;

    private record Key(Controller controller, int lost, long seed) {
        @Override
        public String toString() {
            return controller + ", last " + lost + " lost, seed " + seed;
        }
    }

    /**
     * What came of it.
     *
     * @param beyondPto time to repair less PTO, in SRTT
     * @param timeouts expiries of the retransmission timer
     */
    private record Repair(double beyondPto, long timeouts) {
        boolean isGood(int lost) {
            return timeouts == 0 && beyondPto <= most(lost) + TOLERANCE;
        }
    }

    /** The probe itself takes half a round trip; behind a second loss stands the answer to the probe. */
    private static double most(int lost) {
        return lost == 1 ? 0.5 : 1.5;
    }

    /** Notes when the probe timeout was armed for the last time before something was sent again. */
    private static final class Watch implements SessionObserver {
        private long armedNanos;
        private boolean sentAgain;

        @Override
        public void segmentSent(SessionView session, Segment segment, boolean retransmission, long nowNanos) {
            sentAgain |= retransmission;
            if (!sentAgain && segment.payloadLength() > 0) {
                armedNanos = nowNanos;
            }
        }

        @Override
        public void segmentReceived(SessionView session, Segment segment, long nowNanos) {
            if (!sentAgain) {
                armedNanos = nowNanos;
            }
        }
    }

    @Override
    public String name() {
        return "tail-loss";
    }

    @Override
    public void run(Plan plan, Workers workers, Report report) throws InterruptedException {
        long bursts = (long) BURSTS_PER_SEED * plan.seeds();
        List<Workers.Job<Key, Repair>> jobs = new ArrayList<>();
        for (Controller controller : plan.controllers()) {
            for (int lost = 1; lost <= MOST_LOST; lost++) {
                for (long seed = 1; seed <= bursts; seed++) {
                    Key key = new Key(controller, lost, seed);
                    jobs.add(new Workers.Job<>(key, 1, () -> measure(plan, key)));
                }
            }
        }
        Map<Key, Repair> repairs = workers.run(name(), jobs);
        TextTable table = new TextTable(1, "controller", "last lost", "bursts", "good %", "median: PTO + SRTT x",
                "worst", "with timeouts %");
        for (Controller controller : plan.controllers()) {
            for (int lost = 1; lost <= MOST_LOST; lost++) {
                int count = lost;
                List<Repair> found = repairs.entrySet().stream()
                        .filter(entry -> entry.getKey().controller == controller && entry.getKey().lost == count)
                        .map(Map.Entry::getValue).toList();
                if (found.isEmpty()) {
                    continue;
                }
                double good = (double) found.stream().filter(repair -> repair.isGood(count)).count() / found.size();
                double timeouts = (double) found.stream().filter(repair -> repair.timeouts > 0).count() / found.size();
                double median = Statistics.median(found, Repair::beyondPto);
                double worst = found.stream().mapToDouble(Repair::beyondPto).max().orElseThrow();
                table.row(controller.toString(), Integer.toString(lost), Integer.toString(found.size()),
                        Figures.percent(good), Figures.fixed(median, 2), Figures.fixed(worst, 2),
                        Figures.percent(timeouts));
                report.row(name(), "controller", controller, "lost", lost, "bursts", found.size(), "goodShare", good,
                        "medianBeyondPtoInSrtt", median, "worstBeyondPtoInSrtt", worst, "shareWithTimeouts",
                        timeouts);
                report.goal(Goal.atLeast(name(), controller + ", last " + lost + " lost, repaired in PTO + "
                        + most(lost) + " SRTT", 100 * good, 100 * WANTED_SHARE, "%"));
            }
        }
        report.print("The last segments of a burst are lost; 10 to 200 ms round trip", table,
                "Good is a repair within PTO + 0.5 SRTT of one segment, PTO + 1.5 SRTT of more, without a"
                        + " retransmission timeout.");
    }

    private static Repair measure(Plan plan, Key key) {
        SplittableRandom random = new SplittableRandom(key.seed);
        double rtt = random.nextDouble(LEAST_RTT_MILLIS, MOST_RTT_MILLIS);
        int burst = random.nextInt(LEAST_BURST, LARGEST_BURST + 1);
        try (Lab lab = new Lab(Link.of(CAPACITY_MBIT, rtt), plan.buffers(), key.seed)) {
            Watch watch = new Watch();
            Flow flow = lab.open(key.controller).observedBy(watch).send(WARMING_BYTES);
            lab.world().runUntil(() -> flow.receivedBytes() == WARMING_BYTES, LIMIT);
            lab.run(lab.link().roundTrip());
            long timeoutsBefore = flow.info().retransmissionTimeouts();
            watch.sentAgain = false;
            lab.world().network().path(Lab.SENDER, Lab.RECEIVER).filter(
                    DatagramFilter.range(burst - key.lost + 1, burst, SegmentKind.DATA, Verdict.DROP));
            long total = WARMING_BYTES + (long) burst * flow.info().segmentBytes();
            flow.send(total - WARMING_BYTES);
            long[] smoothedRttNanos = {0};
            lab.world().runUntil(() -> {
                if (!watch.sentAgain) {
                    smoothedRttNanos[0] = flow.info().smoothedRttNanos();
                }
                return flow.receivedBytes() == total;
            }, LIMIT);
            // RFC 8985 7.2: the acknowledgment of a single segment may be delayed
            long ptoNanos = 2 * smoothedRttNanos[0] + (key.lost == 1 ? MAX_ACK_DELAY_NANOS : 0);
            double beyond = (double) (lab.nowNanos() - watch.armedNanos - ptoNanos) / smoothedRttNanos[0];
            return new Repair(beyond, flow.info().retransmissionTimeouts() - timeoutsBefore);
        }
    }
}
