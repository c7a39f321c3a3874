/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures that a reader wants first: how Culvert stands to kernel TCP. */
final class Summary {
    private Summary() {
    }

    /** A tile for each benchmark and path; of several ways to drive Culvert's sockets the first that is listed. */
    static String html(List<Row> rows) {
        Map<String, Row> chosen = new LinkedHashMap<>();
        List<Row> plain = new ArrayList<>(rows);
        plain.removeIf(row -> !row.isCulvert() || row.hasTls() || row.isOverLink());
        plain.sort(Comparator.comparing((Row row) -> !row.text("io").equals("epoll")));
        plain.forEach(row -> chosen.putIfAbsent(row.benchmark() + BarSection.common(row), row));
        StringBuilder html = new StringBuilder();
        for (Row row : rows) {
            if (chosen.containsValue(row)) {
                html.append(tile(row));
            }
        }
        return html.isEmpty() ? "" : "<ul class=\"tiles\">\n" + html + "</ul>\n";
    }

    private static String tile(Row row) {
        String ratio = Double.isNaN(row.ratio()) ? "" : Html.figure(row.ratio()) + " ×";
        String io = row.text("io").isEmpty() ? "" : ", " + row.text("io");
        String mtu = row.mtu().isEmpty() ? "" : ", " + row.mtu();
        return switch (row.benchmark()) {
            case "throughput" -> tile(ratio, "kernel TCP’s throughput" + mtu + io);
            case "latency" -> tile(ratio, "kernel TCP’s median round trip, "
                    + Html.plain(row.number("messageBytes")) + " bytes" + mtu + io + " (less is better)");
            case "handshakes" -> tile(ratio, "kernel TCP’s connections per second" + io);
            case "sessions" -> tile(Html.figure(row.median()), row.unit() + ", heap for an idle session");
            default -> "";
        };
    }

    private static String tile(String figure, String meaning) {
        return figure.isEmpty() ? "" : "<li><b>" + Html.escape(figure) + "</b> " + Html.escape(meaning) + "</li>\n";
    }
}
