/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Throughput over links with delay and loss: a line for each system and congestion control. */
final class LinkSection extends Section {
    private static final int DASHED = 1;

    LinkSection() {
        super("links", "Throughput over loss and delay", "One session over a link with a rate, a delay and random"
                + " loss. Kernel TCP and Culvert run over the same link with the same congestion controls: what differs"
                + " is the implementation. Colours tell the systems apart, dashes the congestion controls. Higher is"
                + " better, the dotted line is the link’s rate.");
    }

    @Override
    boolean takes(Row row) {
        return row.benchmark().equals("throughput") && row.isOverLink();
    }

    @Override
    String body(List<Row> rows) {
        StringBuilder html = new StringBuilder("<div class=\"pairs\">\n");
        charts(html, rows, "over loss", "random loss of packets", " %", row -> path(row, "lossPercent"),
                row -> path(row, "rttMillis"), "ms round trip");
        charts(html, rows, "over delay", "round trip", " ms", row -> path(row, "rttMillis"),
                row -> path(row, "lossPercent"), "% loss");
        return html.append("</div>\n<figure>\n").append(Html.element("h3", "All links, Mbit/s: median (least to most)"))
                .append(table(rows)).append("</figure>\n").toString();
    }

    /** A line for each link, a column for each system. */
    private static String table(List<Row> rows) {
        Map<String, List<Row>> links = groups(rows, Row::path);
        Table table = new Table().text("link", Row::path);
        for (String label : groups(rows, Row::label).keySet()) {
            table.written(label, link -> links.get(link.path()).stream().filter(row -> row.label().equals(label))
                    .map(LinkSection::figures).findFirst().orElse(""));
        }
        List<Row> heads = new ArrayList<>();
        links.values().forEach(link -> {
            JsonObject head = new JsonObject();
            head.add("path", link.get(0).object("path"));
            heads.add(new Row(head));
        });
        return table.html(heads);
    }

    private static String figures(Row row) {
        double factor = BarSection.factor(row.unit(), "Mbit/s");
        return Html.figure(megabit(row)) + (row.numbers("rounds").size() < 2 ? "" : " (" + Html.figure(factor
                * row.range()[0]) + " – " + Html.figure(factor * row.range()[1]) + ")");
    }

    private static double path(Row row, String name) {
        double value = new Row(row.object("path")).number(name);
        return Double.isNaN(value) && !name.equals("rateMbit") ? 0 : value;
    }

    private static double megabit(Row row) {
        return BarSection.factor(row.unit(), "Mbit/s") * row.median();
    }

    /** One chart for each value that the horizontal axis does not show. */
    private static void charts(StringBuilder html, List<Row> rows, String name, String xTitle, String xUnit,
            ToDoubleFunction<Row> x, ToDoubleFunction<Row> other, String otherUnit) {
        Function<Row, String> common = row -> {
            double rate = path(row, "rateMbit");
            return (Double.isNaN(rate) ? "" : Html.plain(rate) + " Mbit/s, ")
                    + Html.plain(other.applyAsDouble(row)) + " " + otherUnit;
        };
        for (Map.Entry<String, List<Row>> group : groups(rows, common).entrySet()) {
            TreeSet<Double> values = new TreeSet<>();
            group.getValue().forEach(row -> values.add(x.applyAsDouble(row)));
            if (values.size() > 1) {
                String title = "Throughput " + name + ": " + group.getKey();
                html.append("<figure>\n").append(Html.element("h3", title))
                        .append(chart(title, xTitle, Axis.categories(values, xUnit), x, group.getValue()))
                        .append("</figure>\n");
            }
        }
    }

    private static String chart(String title, String xTitle, Axis xAxis, ToDoubleFunction<Row> x, List<Row> rows) {
        double rate = path(rows.get(0), "rateMbit");
        double most = rows.stream().mapToDouble(LinkSection::megabit).filter(Double::isFinite).max().orElse(1);
        LineChart chart = new LineChart(title, xTitle, "Mbit/s", xAxis,
                Axis.linear(Double.isNaN(rate) ? most : Math.max(most, rate)));
        groups(rows, Row::label).forEach((label, line) -> {
            List<double[]> points = new ArrayList<>();
            line.stream().filter(row -> !Double.isNaN(row.median())).sorted(Comparator.comparingDouble(x))
                    .forEach(row -> points.add(new double[] {x.applyAsDouble(row), megabit(row)}));
            chart.add(series(line.get(0), label, points));
        });
        if (!Double.isNaN(rate)) {
            chart.mark(rate, "link");
        }
        return chart.svg();
    }

    /** A row's line: the colour is the system's, the dashes are its variant's. */
    static LineChart.Series series(Row row, String name, List<double[]> points) {
        int dash = switch (row.text("io")) {
            case "nio" -> DASHED;
            case "io_uring" -> 2 * DASHED;
            default -> 0;
        };
        if (row.text("congestion").equals("bbr")) {
            dash += DASHED;
        }
        if (row.hasTls()) {
            dash += 3 * DASHED;
        }
        return new LineChart.Series(name, Systems.of(row.system()).colour(), dash, row.isCulvert(), points);
    }
}
