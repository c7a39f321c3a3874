/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.List;
import java.util.Map;

/** Round trips: a curve of percentiles for each row. */
final class LatencySection extends Section {
    private static final double[] TABULATED = {50, 90, 99, 99.9, 99.99, 100};

    LatencySection() {
        super("latency", "Latency", "How long a message and its answer take. A curve is read from left to right: half"
                + " of all round trips are faster than what it shows at 50 %, one in a thousand is slower than at"
                + " 99.9 %. Both axes are logarithmic; lower is better. At a fixed rate a round trip counts from"
                + " when it was due, so that a stall is not hidden by the messages that it kept from being sent.");
    }

    @Override
    boolean takes(Row row) {
        return row.benchmark().equals("latency");
    }

    @Override
    String body(List<Row> rows) {
        StringBuilder html = new StringBuilder();
        for (Map.Entry<String, List<Row>> group : groups(rows, LatencySection::common).entrySet()) {
            html.append("<figure>\n").append(Html.element("h3", group.getKey()))
                    .append(chart(group.getKey(), group.getValue())).append(table(group.getValue()))
                    .append("</figure>\n");
        }
        return html.toString();
    }

    private static String common(Row row) {
        return BarSection.common(row) + (row.text("mode").isEmpty() ? "" : ", " + row.text("mode"));
    }

    private static String chart(String title, List<Row> rows) {
        double least = Double.MAX_VALUE;
        double most = 0;
        double lowest = 100;
        double highest = 0;
        for (Row row : rows) {
            for (double[] point : row.curve()) {
                lowest = Math.min(lowest, point[0]);
                highest = Math.max(highest, point[0]);
                least = Math.min(least, Math.max(point[1], 0.1));
                most = Math.max(most, point[1]);
            }
        }
        if (most == 0) {
            return "";
        }
        LineChart chart = new LineChart(title, "percentile of round trips", "µs", Axis.percentiles(lowest, highest),
                Axis.logarithmic(least, Math.max(most, 2 * least)));
        for (Row row : rows) {
            if (!row.curve().isEmpty()) {
                chart.add(LinkSection.series(row, row.label(), row.curve()));
            }
        }
        return chart.svg();
    }

    private static String table(List<Row> rows) {
        Table table = new Table().text("system", Row::label);
        for (double percentile : TABULATED) {
            table.figure(percentile == 100 ? "most" : Html.plain(percentile) + " %", row -> row.percentiles().stream()
                    .filter(point -> point[0] == percentile).mapToDouble(point -> point[1]).findFirst()
                    .orElse(Double.NaN));
        }
        return table.text("", row -> row.percentiles().isEmpty() ? "" : "µs")
                .written("median, least to most", row -> row.numbers("rounds").isEmpty() ? ""
                        : Html.figure(row.range()[0]) + " – " + Html.figure(row.range()[1]))
                .figure("median to kernel TCP", " ×", Row::ratio)
                .figure("99 % to kernel TCP", " ×", row -> row.number("p99RatioToKernelTcp"))
                .html(rows);
    }
}
