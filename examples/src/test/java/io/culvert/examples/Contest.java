/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Calls over Culvert and over the kernel's TCP, a round of one after a round of the other, in one process. */
public final class Contest {
    private static final int ROUNDS = 51;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Contest() {
    }

    /** Calls over one transport. */
    public interface Side {
        /** Calls with so many callers at once until the time is over; how many calls have been answered. */
        long call(int callers, long endNanos) throws Exception;
    }

    private record Rate(double callsPerSecond, double cpuNanosPerCall) {
        static Rate of(Side side, int callers) throws Exception {
            long start = System.nanoTime();
            long startCpu = PROCESS.getProcessCpuTime();
            double calls = side.call(callers, start + ROUND_NANOS);
            return new Rate(calls * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start),
                    (PROCESS.getProcessCpuTime() - startCpu) / calls);
        }
    }

    /** Calls until the JIT has compiled what calls take. */
    public static void warmUp(Side side, int callers, long calls) throws Exception {
        for (long done = 0; done < calls;) {
            done += side.call(callers, System.nanoTime() + ROUND_NANOS);
        }
    }

    /** Prints how many calls a second Culvert makes, and fails if that is less than the goal, as a part of TCP's. */
    public static void hold(String name, Side culvert, Side tcp, int callers, double goal) throws Exception {
        double[] ratios = new double[ROUNDS];
        double[] tcpRates = new double[ROUNDS];
        double[] costs = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Rate overTcp = Rate.of(tcp, callers);
            Rate overCulvert = Rate.of(culvert, callers);
            tcpRates[round] = overTcp.callsPerSecond;
            ratios[round] = overCulvert.callsPerSecond / overTcp.callsPerSecond;
            costs[round] = overCulvert.cpuNanosPerCall / overTcp.cpuNanosPerCall;
        }
        double ratio = median(ratios);
        String result = String.format(Locale.ROOT,
                "%s, %d callers: %.2f of TCP's %.0f calls/s (quartiles %.2f and %.2f), %.2f of its CPU time a call",
                name, callers, ratio, median(tcpRates), ratios[ROUNDS / 4], ratios[3 * ROUNDS / 4], median(costs));
        System.out.println(result);
        assertTrue(ratio >= goal, result);
    }

    /** Sorts them. */
    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
