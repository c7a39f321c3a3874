/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A table of rows; a column that says nothing is left out. */
final class Table {
    private final List<Column> columns = new ArrayList<>();

    private record Column(String head, boolean isFigure, Function<Row, String> cell) {
    }

    Table text(String head, Function<Row, String> cell) {
        columns.add(new Column(head, false, cell));
        return this;
    }

    Table figure(String head, ToDoubleFunction<Row> figure) {
        return figure(head, "", figure);
    }

    /** With the unit behind every figure. */
    Table figure(String head, String unit, ToDoubleFunction<Row> figure) {
        columns.add(new Column(head, true, row -> {
            double value = figure.applyAsDouble(row);
            return Double.isNaN(value) ? "" : Html.figure(value) + unit;
        }));
        return this;
    }

    /** A figure that is text already. */
    Table written(String head, Function<Row, String> cell) {
        columns.add(new Column(head, true, cell));
        return this;
    }

    String html(List<Row> rows) {
        List<Column> used = columns.stream()
                .filter(column -> rows.stream().anyMatch(row -> !column.cell.apply(row).isEmpty())).toList();
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table>\n<thead><tr>");
        used.forEach(column -> cell(html, "th", column, column.head));
        html.append("</tr></thead>\n<tbody>\n");
        boolean isCompared = rows.stream().anyMatch(row -> !row.isCulvert());
        for (Row row : rows) {
            html.append(isCompared && row.isCulvert() ? "<tr class=\"strong\">" : "<tr>");
            used.forEach(column -> cell(html, "td", column, column.cell.apply(row)));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static void cell(StringBuilder html, String name, Column column, String text) {
        html.append('<').append(name).append(column.isFigure ? " class=\"figure\">" : ">").append(Html.escape(text))
                .append("</").append(name).append('>');
    }
}
