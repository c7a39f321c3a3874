/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Bars that lie, each under its name and its figure. Lengths are percentages of the page's width, so that the text
 * keeps its size on a narrow one.
 */
final class BarChart {
    private static final int ROW = 42;
    private static final int BAR_TOP = 17;
    private static final int BAR = 16;
    private static final int AXIS = 26;

    private final String title;
    private final String unit;
    private final List<Bar> bars = new ArrayList<>();

    /**
     * One bar.
     *
     * @param name at its left end
     * @param value at its right end
     * @param colour the class that gives it its colour
     * @param emphasised whether the eye is to be drawn to it
     * @param hatched whether it has stripes
     * @param length the figure
     * @param least where the whisker begins
     * @param most where it ends
     */
    record Bar(String name, String value, String colour, boolean emphasised, boolean hatched, double length,
            double least, double most) {
    }

    BarChart(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    void add(Bar bar) {
        bars.add(bar);
    }

    String svg() {
        double most = 0;
        for (Bar bar : bars) {
            most = Math.max(most, Math.max(bar.length, bar.most));
        }
        Axis axis = Axis.linear(most);
        int bottom = bars.size() * ROW + 4;
        StringBuilder svg = new StringBuilder(2048);
        svg.append("<svg class=\"chart\" role=\"img\" width=\"100%\" height=\"").append(bottom + AXIS)
                .append("\" aria-label=\"").append(Html.escape(title + ", " + unit)).append("\">\n");
        for (int i = 0; i < axis.ticks().size(); i++) {
            tick(svg, axis, i, bottom);
        }
        for (int i = 0; i < bars.size(); i++) {
            bar(svg, axis, bars.get(i), i * ROW);
        }
        return svg.append("</svg>\n").toString();
    }

    private void tick(StringBuilder svg, Axis axis, int index, int bottom) {
        Axis.Tick tick = axis.ticks().get(index);
        String x = percent(axis.place(tick.value()));
        boolean last = index == axis.ticks().size() - 1;
        svg.append("<line class=\"grid\" x1=\"").append(x).append("\" x2=\"").append(x).append("\" y1=\"0\" y2=\"")
                .append(bottom).append("\"/><text class=\"tick\" x=\"").append(x).append("\" y=\"").append(bottom + 16)
                .append("\" text-anchor=\"").append(index == 0 ? "start" : last ? "end" : "middle").append("\">")
                .append(Html.escape(last ? tick.text() + " " + unit : tick.text())).append("</text>\n");
    }

    private void bar(StringBuilder svg, Axis axis, Bar bar, int top) {
        String name = Html.escape(bar.name);
        String value = Html.escape(bar.value);
        String width = percent(axis.place(bar.length));
        int y = top + BAR_TOP;
        svg.append("<g class=\"bar ").append(bar.colour).append(bar.emphasised ? " strong" : "").append("\"><title>")
                .append(name).append(": ").append(value).append("</title><text class=\"name\" x=\"0\" y=\"")
                .append(y - 5).append("\">").append(name).append("</text><text class=\"value\" x=\"100%\" y=\"")
                .append(y - 5).append("\" text-anchor=\"end\">").append(value).append("</text>");
        rectangle(svg, "fill", width, y);
        if (bar.hatched) {
            rectangle(svg, "hatch", width, y);
        }
        if (bar.most > bar.least) {
            whisker(svg, axis, bar, y);
        }
        svg.append("</g>\n");
    }

    private static void rectangle(StringBuilder svg, String style, String width, int y) {
        svg.append("<rect class=\"").append(style).append("\" x=\"0\" y=\"").append(y).append("\" width=\"")
                .append(width).append("\" height=\"" + BAR + "\"/>");
    }

    private static void whisker(StringBuilder svg, Axis axis, Bar bar, int y) {
        String from = percent(axis.place(bar.least));
        String to = percent(axis.place(bar.most));
        double middle = y + BAR / 2.0;
        for (String style : new String[] {"halo", "whisker"}) {
            line(svg, style, from, to, middle, middle);
            line(svg, style, from, from, middle - 4, middle + 4);
            line(svg, style, to, to, middle - 4, middle + 4);
        }
    }

    private static void line(StringBuilder svg, String style, String x1, String x2, double y1, double y2) {
        svg.append("<line class=\"").append(style).append("\" x1=\"").append(x1).append("\" x2=\"").append(x2)
                .append("\" y1=\"").append(Html.coordinate(y1)).append("\" y2=\"").append(Html.coordinate(y2))
                .append("\"/>");
    }

    private static String percent(double place) {
        return Html.coordinate(100 * place) + "%";
    }
}
