/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Calls over Culvert and over the kernel's TCP, a round of one after a round of the other. Each has a JVM of its own,
 * as in a program, so that neither is compiled for what the other does, and none that checks assertions; and several of
 * them, one after the other.
 */
public final class Contest {
    private static final double GOAL = 0.8;
    /** A JVM compiles the same program another way each time, which is worth more than most changes to it. */
    private static final int LAUNCHES = 5;
    /** Of each launch. */
    private static final int ROUNDS = 15;
    /** What so many callers take to be compiled for, on processors that the compiler shares. */
    private static final int WARM_UP_ROUNDS = 25;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int WARM_UP_CALLS = 100_000;
    private static final int WARM_UP_CALLERS = 16;
    private static final String ANSWER = "calls ";

    private Contest() {
    }

    /** Calls over one transport, in a process of its own. Has a constructor without arguments. */
    public interface Side {
        /** Opens server and client. */
        void open(boolean tcp, String io) throws Exception;

        /** Calls with so many callers at once until the time is over; how many calls have been answered. */
        long call(int callers, long endNanos) throws Exception;
    }

    private record Rate(double callsPerSecond, double cpuNanosPerCall) {
    }

    /** A process with one side. */
    private static final class Player implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final PrintWriter orders;

        Player(Class<? extends Side> side, boolean tcp, String io) throws IOException {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dio.netty.leakDetection.level=disabled", "-cp", System.getProperty("java.class.path"),
                    Contest.class.getName(), side.getName(), String.valueOf(tcp), io)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            orders = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        }

        Rate round(int callers) throws IOException {
            orders.println(callers);
            String line;
            do {
                line = answers.readLine();
                if (line == null) {
                    throw new IOException("the process with a side has ended");
                }
            } while (!line.startsWith(ANSWER));
            String[] of = line.substring(ANSWER.length()).split(" ");
            double calls = Double.parseDouble(of[0]);
            return new Rate(calls * TimeUnit.SECONDS.toNanos(1) / Double.parseDouble(of[1]),
                    Double.parseDouble(of[2]) / calls);
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    /** Of all rounds that count. */
    private static final class Results {
        private final List<Double> ratios = new ArrayList<>();
        private final List<Double> tcpRates = new ArrayList<>();
        private final List<Double> costs = new ArrayList<>();

        void add(Rate overCulvert, Rate overTcp) {
            tcpRates.add(overTcp.callsPerSecond);
            ratios.add(overCulvert.callsPerSecond / overTcp.callsPerSecond);
            costs.add(overCulvert.cpuNanosPerCall / overTcp.cpuNanosPerCall);
        }
    }

    /** Prints how many calls a second Culvert makes, and fails if that is less than 0.8 of what TCP makes. */
    public static void hold(String name, Class<? extends Side> side, String io, int callers) throws Exception {
        Results results = new Results();
        for (int launch = 0; launch < LAUNCHES; launch++) {
            launch(side, io, callers, results);
        }
        double ratio = quantile(results.ratios, 2);
        String result = String.format(Locale.ROOT,
                "%s, %s, %d callers: %.2f of TCP's %.0f calls/s (quartiles %.2f and %.2f), %.2f of its CPU time a call",
                name, io, callers, ratio, quantile(results.tcpRates, 2), quantile(results.ratios, 1),
                quantile(results.ratios, 3), quantile(results.costs, 2));
        System.out.println(result);
        assertTrue(ratio >= GOAL, result);
    }

    private static void launch(Class<? extends Side> side, String io, int callers, Results results)
            throws IOException {
        try (Player culvert = new Player(side, false, io); Player tcp = new Player(side, true, io)) {
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                Rate overTcp = tcp.round(callers);
                Rate overCulvert = culvert.round(callers);
                if (round >= 0) {
                    results.add(overCulvert, overTcp);
                }
            }
        }
    }

    private static double quantile(List<Double> values, int quarters) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length * quarters / 4];
    }

    /** A side's process: a round for each line, which says how many callers there are. */
    public static void main(String[] arguments) throws Exception {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        Side side = (Side) constructor.newInstance();
        side.open(Boolean.parseBoolean(arguments[1]), arguments[2]);
        for (long calls = 0; calls < WARM_UP_CALLS;) {
            calls += side.call(WARM_UP_CALLERS, System.nanoTime() + ROUND_NANOS);
        }
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String callers = orders.readLine(); callers != null; callers = orders.readLine()) {
            long start = System.nanoTime();
            long startCpu = process.getProcessCpuTime();
            long calls = side.call(Integer.parseInt(callers), start + ROUND_NANOS);
            System.out.println(ANSWER + calls + " " + (System.nanoTime() - start) + " "
                    + (process.getProcessCpuTime() - startCpu));
        }
        System.exit(0);
    }
}
