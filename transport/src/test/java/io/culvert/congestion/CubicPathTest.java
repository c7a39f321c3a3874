/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static io.culvert.congestion.BottleneckFlow.INITIAL_WINDOW;
import static io.culvert.congestion.BottleneckFlow.SMSS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link Cubic} makes of a path that it has for itself. */
final class CubicPathTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;

    // RFC 9406: delay must not end slow start before the path is full
    @ParameterizedTest
    @CsvSource({"10, 20", "10, 200", "100, 5", "100, 20", "100, 50", "100, 200", "1000, 1", "1000, 10", "1000, 50",
            "1000, 200"})
    void reachesTheCapacityInTheRoundsThatSlowStartNeeds(int mbits, int rttMillis) {
        double bdp = mbits * 1e6 / 8 * rttMillis / 1000;
        long rtt = rttMillis * MILLISECOND;
        BottleneckFlow flow = new BottleneckFlow(cubic(), mbits * 1e6, rtt, BottleneckFlow.never());
        int rounds = (int) Math.ceil(Math.log(0.8 * bdp / INITIAL_WINDOW) / Math.log(2)) + 4;
        double before = flow.runUntil((rounds - 1) * rtt).deliveredBytes();
        double share = (flow.runUntil(rounds * rtt).deliveredBytes() - before) / bdp;
        assertTrue(share >= 0.8, "share of the capacity in round trip " + rounds + ": " + share);
    }

    @ParameterizedTest
    @CsvSource({"10, 5", "10, 200", "100, 5", "100, 50", "100, 200", "200, 2"})
    void keepsThePathFull(int mbits, int rttMillis) {
        BottleneckFlow flow = new BottleneckFlow(cubic(), mbits * 1e6, rttMillis * MILLISECOND, BottleneckFlow.never());
        double before = flow.runUntil(3 * SECOND).deliveredBytes();
        double share = (flow.runUntil(7 * SECOND).deliveredBytes() - before) / (mbits * 1e6 / 8 * 4);
        assertTrue(share >= 0.99, "share of the capacity: " + share);
        assertTrue(flow.congestionEvents() > 0, "the window never met the end of the buffer");
        assertEquals(0, flow.timeouts());
    }

    // RFC 9438 5.1, tables 1 and 2, which are for one loss in so many segments
    @ParameterizedTest
    @CsvSource({"100, 10, 12", "1000, 10, 38", "1000, 100, 38", "10000, 10, 120", "10000, 100, 187",
            "100000, 100, 1054"})
    void averageWindowIsThatOfTheResponseFunction(int segmentsPerLoss, int rttMillis, int segments) {
        double rtt = rttMillis * MILLISECOND;
        BottleneckFlow flow = new BottleneckFlow(cubic(), 1e12, (long) rtt, BottleneckFlow.every(segmentsPerLoss));
        double cycle = rtt * segmentsPerLoss / segments;
        double before = flow.runUntil((long) (6 * cycle)).deliveredBytes();
        double bytes = flow.runUntil((long) (12 * cycle)).deliveredBytes() - before;
        assertEquals(segments, bytes / SMSS * rtt / (6 * cycle), 0.15 * segments);
    }

    // RFC 9438 4.3: the average of AIMD(1, 0.5) at least, sqrt(1.5 / p) segments, which is 9.0, 2.8, 2.0 and 1.3 Mbit/s
    @ParameterizedTest
    @CsvSource({"0.001, 9.0", "0.01, 2.5", "0.02, 1.8", "0.05, 0.9"})
    void randomLossLeavesWhatRenoWouldHave(double loss, double mbits) {
        int flows = 6;
        double bytes = 0;
        for (int seed = 0; seed < flows; seed++) {
            BottleneckFlow flow = new BottleneckFlow(cubic(), 100e6, 50 * MILLISECOND,
                    BottleneckFlow.randomly(loss, seed));
            double before = flow.runUntil(5 * SECOND).deliveredBytes();
            bytes += flow.runUntil(35 * SECOND).deliveredBytes() - before;
        }
        double rate = bytes * 8 / 1e6 / 30 / flows;
        assertTrue(rate >= mbits, "Mbit/s: " + rate);
    }

    private static Cubic cubic() {
        return new Cubic(SMSS, INITIAL_WINDOW);
    }
}
