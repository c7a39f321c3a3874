/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;

/** One question of the report: a heading, what the figures mean, and for each group of rows a chart above a table. */
abstract class Section {
    private final String id;
    private final String title;
    private final String meaning;

    /**
     * A section.
     *
     * @param id what links point at
     * @param meaning what the figures mean and how they came about, in HTML
     */
    Section(String id, String title, String meaning) {
        this.id = id;
        this.title = title;
        this.meaning = meaning;
    }

    final String id() {
        return id;
    }

    final String title() {
        return title;
    }

    /** Whether the row answers this question. */
    abstract boolean takes(Row row);

    /** The charts and tables. */
    abstract String body(List<Row> rows);

    final String html(List<Row> rows) {
        return "<section id=\"" + Html.escape(id) + "\">\n" + Html.element("h2", title) + "<p>" + meaning + "</p>\n"
                + body(rows) + settings(rows) + "</section>\n";
    }

    /** Rows under what they have in common, in the order in which they came. */
    static Map<String, List<Row>> groups(List<Row> rows, Function<Row, String> common) {
        Map<String, List<Row>> groups = new LinkedHashMap<>();
        rows.forEach(row -> groups.computeIfAbsent(common.apply(row), name -> new ArrayList<>()).add(row));
        return groups;
    }

    /** What the rows were measured with, once for all rows that have it in common. */
    private static String settings(List<Row> rows) {
        Map<String, StringJoiner> settings = new TreeMap<>();
        for (Row row : rows) {
            StringJoiner parameters = new StringJoiner(", ");
            row.object("parameters").entrySet().forEach(entry -> parameters.add(entry.getKey() + " "
                    + (entry.getValue().isJsonPrimitive() ? entry.getValue().getAsString() : entry.getValue())));
            if (parameters.length() > 0) {
                settings.computeIfAbsent(parameters.toString(), text -> new StringJoiner("; ")).add(
                        row.text("operation").isEmpty() ? row.label() : row.text("operation"));
            }
        }
        if (settings.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<details><summary>Settings</summary>\n<dl>\n");
        settings.forEach((parameters, who) -> html.append(Html.element("dt", distinct(who.toString())))
                .append(Html.element("dd", parameters)));
        return html.append("</dl></details>\n").toString();
    }

    private static String distinct(String names) {
        return String.join("; ", List.of(names.split("; ")).stream().distinct().toList());
    }
}
