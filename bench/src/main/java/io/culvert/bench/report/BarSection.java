/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** A figure for each row, as bars: the best one first. */
class BarSection extends Section {
    private static final double GIGABIT_IN_MEGABIT = 1000;

    private final String benchmark;
    private final boolean lessIsBetter;
    private final String unit;

    /**
     * A section of bars.
     *
     * @param benchmark whose rows it takes
     * @param lessIsBetter whether the least figure is the best
     * @param unit what to call the unit if the rows do not say it
     */
    BarSection(String benchmark, String title, String meaning, boolean lessIsBetter, String unit) {
        super(benchmark, title, meaning);
        this.benchmark = benchmark;
        this.lessIsBetter = lessIsBetter;
        this.unit = unit;
    }

    @Override
    boolean takes(Row row) {
        return row.benchmark().equals(benchmark);
    }

    @Override
    String body(List<Row> rows) {
        StringBuilder html = new StringBuilder();
        for (Map.Entry<String, List<Row>> group : groups(rows, this::group).entrySet()) {
            List<Row> sorted = new ArrayList<>(group.getValue());
            Comparator<Row> byFigure = Comparator.comparingDouble(Row::median);
            sorted.sort(lessIsBetter ? byFigure : byFigure.reversed());
            html.append("<figure>\n").append(group.getKey().isEmpty() ? "" : Html.element("h3", group.getKey()))
                    .append(chart(group.getKey(), sorted)).append(table().html(sorted)).append("</figure>\n");
        }
        return html.toString();
    }

    /** What the rows of one chart have in common, for its heading. */
    String group(Row row) {
        return common(row);
    }

    /** The path between the two sides, and what went over it. */
    static String common(Row row) {
        StringJoiner common = new StringJoiner(", ");
        if (!row.path().isEmpty()) {
            common.add(row.path());
        }
        if (!Double.isNaN(row.number("streams"))) {
            common.add(Html.plain(row.number("streams")) + " sessions");
        }
        if (!row.mtu().isEmpty()) {
            common.add(row.mtu());
        }
        if (!Double.isNaN(row.number("messageBytes"))) {
            common.add(Html.plain(row.number("messageBytes")) + "-byte messages");
        }
        return common.toString();
    }

    private String chart(String title, List<Row> rows) {
        String shown = shownUnit(rows);
        BarChart chart = new BarChart(title, shown);
        boolean isCompared = rows.stream().anyMatch(row -> !row.isCulvert());
        for (Row row : rows) {
            double factor = factor(row.unit(), shown);
            if (!Double.isNaN(row.median())) {
                double[] range = row.range();
                chart.add(new BarChart.Bar(name(row), value(row, shown), Systems.of(row.system()).colour(),
                        isCompared && row.isCulvert(), row.isEncrypted(), factor * row.median(), factor * range[0],
                        factor * range[1]));
            }
        }
        return chart.svg();
    }

    private String value(Row row, String shown) {
        String value = Html.figure(factor(row.unit(), shown) * row.median()) + " " + shown;
        return Double.isNaN(row.ratio()) ? value : value + " · " + Html.figure(row.ratio()) + " × TCP";
    }

    /** What stands at a bar's left end. */
    String name(Row row) {
        return row.label();
    }

    /** Gbit/s are hard to read where no row has one. */
    private String shownUnit(List<Row> rows) {
        String own = rows.get(0).unit().isEmpty() ? unit : rows.get(0).unit();
        boolean isSlow = rows.stream().allMatch(row -> !(factor(row.unit(), "Gbit/s") * row.median() >= 1));
        return own.endsWith("bit/s") ? isSlow ? "Mbit/s" : "Gbit/s" : own;
    }

    /** From one of the units of a rate to the other; 1 between others. */
    static double factor(String from, String to) {
        if (from.equals(to) || !from.endsWith("bit/s") || !to.endsWith("bit/s")) {
            return 1;
        }
        return from.startsWith("G") ? GIGABIT_IN_MEGABIT : 1 / GIGABIT_IN_MEGABIT;
    }

    /** The columns. */
    Table table() {
        return columns();
    }

    /** The columns that every section has. */
    static Table columns() {
        return new Table().text("system", Row::label)
                .written("median", row -> Double.isNaN(row.median()) ? ""
                        : Html.figure(row.median()) + " " + row.unit())
                .written("rounds, least to most", row -> row.numbers("rounds").isEmpty() ? ""
                        : Html.figure(row.range()[0]) + " – " + Html.figure(row.range()[1]) + " ("
                        + row.numbers("rounds").size() + ")")
                .figure("to kernel TCP", " ×", Row::ratio)
                .figure("to TCP + TLS", " ×", row -> row.number("ratioToKernelTcpTls"))
                .figure("to raw UDP", " ×", row -> row.number("ratioToRawUdp"))
                .figure("to QUIC", " ×", row -> row.number("ratioToQuic"))
                .figure("least, of a fair share", row -> row.number("leastOverFairShare"))
                .figure("most", row -> row.number("mostOverFairShare"))
                .figure("Gbit/s in all", row -> row.number("gbitPerSecond"))
                .written("CPU s/GB (sender + receiver)", row -> parts(row.number("cpuSecondsPerGB"),
                        row.number("clientCpuSecondsPerGB"), row.number("serverCpuSecondsPerGB")))
                .written("garbage per MB", row -> bytes(row.number("allocatedBytesPerMB")))
                .figure("CPU µs each", row -> row.number("cpuMicrosPerConnection"))
                .written("garbage each", row -> bytes(row.number("allocatedBytesPerConnection")))
                .figure("failures", row -> row.number("failures") > 0 ? row.number("failures") : Double.NaN)
                .figure("sessions", row -> row.number("sessions"))
                .written("direct memory each", row -> bytes(row.number("directBytesPerSession")))
                .written("client’s heap each", row -> bytes(row.number("clientHeapBytesPerSession")))
                .figure("CPU while idle, %", row -> row.number("idleCpuPercent"));
    }

    private static String parts(double sum, double first, double second) {
        if (Double.isNaN(sum)) {
            return "";
        }
        return Double.isNaN(first) || Double.isNaN(second) ? Html.figure(sum)
                : Html.figure(sum) + " (" + Html.figure(first) + " + " + Html.figure(second) + ")";
    }

    private static String bytes(double bytes) {
        if (Double.isNaN(bytes)) {
            return "";
        }
        return bytes < 10_000 ? Html.figure(bytes) + " B" : bytes < 1_000_000 ? Html.figure(bytes / 1024) + " KiB"
                : Html.figure(bytes / 1024 / 1024) + " MiB";
    }
}
