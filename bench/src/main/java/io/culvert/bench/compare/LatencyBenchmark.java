/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonArray;
import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.TextTable;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * How long a small message takes to an echo server and back: one at a time, and at a fixed rate, where a stall counts
 * for every message that should have left meanwhile.
 */
final class LatencyBenchmark implements Benchmark {
    static final String NAME = "latency";
    static final List<Integer> USUAL_BYTES = List.of(64, 1024);
    static final int USUAL_RATE = 2000;

    private static final int RAMP_MILLIS = 100;
    /** Who has been warm once takes less time to be so again. */
    private static final int LATER_WARM_UPS = 4;
    private static final int WARM_UP_TURNS = 3;
    private static final double[] CURVE =
            {0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 100};

    private final List<Integer> messageBytes;
    private final int perSecond;

    /** With messages of each size, and so many a second. */
    LatencyBenchmark(List<Integer> messageBytes, int perSecond) {
        this.messageBytes = List.copyOf(messageBytes);
        this.perSecond = perSecond;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Plan plan, CompareReport report) throws InterruptedException {
        List<Kind> closedLoop = new ArrayList<>();
        List<Kind> openLoop = new ArrayList<>();
        try (Field field = new Field(NAME, plan.setupsOfOneMtu(), plan, report)) {
            field.take(pair -> pair.listen("echo"));
            for (int bytes : messageBytes) {
                closedLoop.add(new PingPong(bytes));
                openLoop.add(new Paced(bytes, perSecond));
            }
            int share = 1;
            for (List<Kind> kinds : List.of(closedLoop, openLoop)) {
                for (Kind kind : kinds) {
                    kind.run(field, plan, share);
                    share = LATER_WARM_UPS;
                }
            }
        }
        closedLoop.forEach(kind -> kind.report(report));
        openLoop.forEach(kind -> kind.report(report));
        print(report, "How long does a message take to an echo server and back? One at a time, median of the rounds",
                closedLoop);
        print(report, "The same at " + perSecond + " messages a second, timed from when each should have left",
                openLoop);
    }

    private static void print(CompareReport report, String question, List<Kind> kinds) {
        TextTable table = new TextTable(2, "system", "io", "bytes", "p50 us", "spread %", "p99 us", "p99.9 us",
                "max us", "x TCP p50", "x TCP p99", "CPU us/message");
        List<Result> all = new ArrayList<>();
        for (Kind kind : kinds) {
            for (Result result : kind.results.all()) {
                all.add(result);
                table.row(result.setup().name(), result.setup().io(), Integer.toString(kind.bytes),
                        Figures.fixed(result.median(), 1), Figures.fixed(100 * result.spread(), 0),
                        Figures.fixed(result.other("p99"), 1), Figures.fixed(result.other("p999"), 1),
                        Figures.fixed(kind.merged(result.setup()).getMaxValue() / 1e3, 0),
                        Figures.ratio(kind.results.ratio(Results.KERNEL_TCP, result)),
                        Figures.ratio(kind.p99Ratio(result)), Figures.fixed(result.other("cpuMicrosPerMessage"), 1));
            }
        }
        report.print(question, table, all);
    }

    /** Messages of one size, sent in one manner. */
    private abstract static class Kind {
        private final int bytes;
        private final Results results = new Results("us");
        private final Map<Setup, Histogram> merged = new HashMap<>();

        Kind(int bytes) {
            this.bytes = bytes;
        }

        final int bytes() {
            return bytes;
        }

        abstract String mode();

        abstract void start(Pair pair) throws IOException, InterruptedException, UnavailableException;

        final void run(Field field, Plan plan, int share) throws InterruptedException {
            field.rounds(", " + bytes + " bytes, " + mode(), plan.rounds(),
                    pair -> warmUp(pair, plan.warmUpMillis(pair.setup()) / share),
                    pair -> record(measure(pair, plan.windowMillis()), pair.setup()));
        }

        /** In several streams: with each that begins or ends much of the path is compiled again. */
        private void warmUp(Pair pair, int millis) throws IOException, InterruptedException, UnavailableException {
            for (int turns = 0; turns < WARM_UP_TURNS; turns++) {
                measure(pair, Math.max(1, millis / WARM_UP_TURNS));
            }
        }

        private Window measure(Pair pair, int millis)
                throws IOException, InterruptedException, UnavailableException {
            start(pair);
            pair.rest(RAMP_MILLIS);
            Window window = pair.measure(millis);
            pair.stop();
            return window;
        }

        private void record(Window window, Setup setup) throws IOException {
            Histogram histogram = decode(window.client().get("histogram").getAsString());
            if (histogram.getTotalCount() == 0) {
                throw new IOException("not a message came back");
            }
            merged(setup).add(histogram);
            Result result = results.of(setup);
            result.round(micros(histogram, 50));
            result.other("p99", micros(histogram, 99));
            result.other("p999", micros(histogram, 99.9));
            result.other("messagesPerSecond", window.clientRate("messages"));
            result.other("cpuMicrosPerMessage", window.sum("cpuNanos") / 1e3 / histogram.getTotalCount());
            result.other("allocatedBytesPerMessage", window.sum("allocatedBytes") / histogram.getTotalCount());
        }

        private static Histogram decode(String base64) throws IOException {
            try {
                return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(base64)), 1);
            } catch (DataFormatException e) {
                throw new IOException("a histogram that cannot be read", e);
            }
        }

        private Histogram merged(Setup setup) {
            return merged.computeIfAbsent(setup, key -> {
                Histogram histogram = new Histogram(3);
                histogram.setAutoResize(true);
                return histogram;
            });
        }

        private double p99Ratio(Result result) {
            return results.baseline(Results.KERNEL_TCP, result.setup())
                    .map(base -> Statistics.median(Statistics.ratios(result.others("p99"), base.others("p99"))))
                    .orElse(Double.NaN);
        }

        private void report(CompareReport report) {
            for (Result result : results.all()) {
                JsonArray curve = new JsonArray();
                for (double percentile : CURVE) {
                    JsonArray point = new JsonArray();
                    point.add(percentile);
                    point.add(Figures.rounded(micros(merged(result.setup()), percentile)));
                    curve.add(point);
                }
                result.extras().addProperty("messageBytes", bytes);
                result.extras().addProperty("mode", mode());
                result.extras().add("percentiles", curve);
                double p99Ratio = p99Ratio(result);
                if (!Double.isNaN(p99Ratio)) {
                    result.extras().addProperty("p99RatioToKernelTcp", Figures.rounded(p99Ratio));
                }
            }
            report.add(NAME, results);
        }

        private static double micros(Histogram histogram, double percentile) {
            return histogram.getValueAtPercentile(percentile) / 1e3;
        }
    }

    private static final class PingPong extends Kind {
        PingPong(int bytes) {
            super(bytes);
        }

        @Override
        String mode() {
            return "one at a time";
        }

        @Override
        void start(Pair pair) throws IOException, InterruptedException, UnavailableException {
            pair.start("pingpong", "messageBytes", bytes());
        }
    }

    private static final class Paced extends Kind {
        private final int perSecond;

        Paced(int bytes, int perSecond) {
            super(bytes);
            this.perSecond = perSecond;
        }

        @Override
        String mode() {
            return perSecond + " a second";
        }

        @Override
        void start(Pair pair) throws IOException, InterruptedException, UnavailableException {
            pair.start("paced", "messageBytes", bytes(), "perSecond", perSecond);
        }
    }
}
