/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Lines over an axis, and the legend above them. Widths are percentages, so that the text keeps its size. */
final class LineChart {
    private static final int TOP = 22;
    private static final int BOTTOM = 290;
    private static final int HEIGHT = 330;
    /** Left of it the vertical axis is written. */
    private static final double LEFT = 0.1;
    private static final double RIGHT = 0.95;
    /** More points than that are small. */
    private static final int FEW = 8;
    private static final String[] DASHES = {"", "8 4", "2 3", "10 3 2 3", "5 2", "1 5"};

    private final String title;
    private final String xTitle;
    private final String yUnit;
    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();
    private final StringBuilder marks = new StringBuilder();

    /**
     * One line.
     *
     * @param name in the legend
     * @param colour the class that gives it its colour
     * @param dash which pattern, 0 for none
     * @param emphasised whether the eye is to be drawn to it
     * @param points pairs of x and y, in order of x
     */
    record Series(String name, String colour, int dash, boolean emphasised, List<double[]> points) {
        String dashes() {
            String pattern = DASHES[dash % DASHES.length];
            return pattern.isEmpty() ? "" : " stroke-dasharray=\"" + pattern + "\"";
        }
    }

    LineChart(String title, String xTitle, String yUnit, Axis x, Axis y) {
        this.title = title;
        this.xTitle = xTitle;
        this.yUnit = yUnit;
        this.x = x;
        this.y = y;
    }

    void add(Series line) {
        series.add(line);
    }

    /** A line across the chart that everything is compared with. */
    void mark(double value, String text) {
        String at = Html.coordinate(y(value));
        marks.append("<line class=\"mark\" x1=\"0\" x2=\"100%\" y1=\"").append(at).append("\" y2=\"").append(at)
                .append("\"/><text class=\"tick\" x=\"100%\" text-anchor=\"end\" y=\"")
                .append(Html.coordinate(y(value) - 4)).append("\">").append(Html.escape(text)).append("</text>\n");
    }

    String svg() {
        StringBuilder svg = new StringBuilder(4096);
        svg.append("<ul class=\"legend\">\n");
        for (Series line : series) {
            svg.append("<li class=\"").append(line.colour).append(line.emphasised ? " strong" : "")
                    .append("\"><svg width=\"30\" height=\"10\" aria-hidden=\"true\"><line class=\"curve\" x1=\"0\""
                            + " x2=\"30\" y1=\"5\" y2=\"5\"").append(line.dashes()).append("/></svg>")
                    .append(Html.escape(line.name)).append("</li>\n");
        }
        svg.append("</ul>\n<svg class=\"chart\" role=\"img\" width=\"100%\" height=\"" + HEIGHT + "\" aria-label=\"")
                .append(Html.escape(title + ", " + yUnit + " over " + xTitle)).append("\">\n");
        grid(svg);
        svg.append(marks);
        curves(svg);
        series.forEach(line -> points(svg, line));
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg) {
        for (int i = 0; i < y.ticks().size(); i++) {
            Axis.Tick tick = y.ticks().get(i);
            double at = y(tick.value());
            String text = i == y.ticks().size() - 1 ? tick.text() + " " + yUnit : tick.text();
            svg.append("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"").append(Html.coordinate(at))
                    .append("\" y2=\"").append(Html.coordinate(at)).append("\"/><text class=\"tick\" x=\"0\" y=\"")
                    .append(Html.coordinate(at - 4)).append("\">").append(Html.escape(text)).append("</text>\n");
        }
        for (Axis.Tick tick : x.ticks()) {
            String at = Html.coordinate(100 * x(tick.value())) + "%";
            svg.append("<line class=\"grid\" x1=\"").append(at).append("\" x2=\"").append(at)
                    .append("\" y1=\"" + BOTTOM + "\" y2=\"" + (BOTTOM + 5) + "\"/><text class=\"tick\" x=\"")
                    .append(at).append("\" y=\"" + (BOTTOM + 18) + "\" text-anchor=\"middle\">")
                    .append(Html.escape(tick.text())).append("</text>\n");
        }
        svg.append("<text class=\"tick\" x=\"100%\" y=\"" + (BOTTOM + 35) + "\" text-anchor=\"end\">")
                .append(Html.escape(xTitle)).append("</text>\n");
    }

    /** The lines are stretched to the page's width, their strokes are not. */
    private void curves(StringBuilder svg) {
        svg.append("<svg width=\"100%\" height=\"" + HEIGHT + "\" viewBox=\"0 0 1000 " + HEIGHT
                + "\" preserveAspectRatio=\"none\">\n");
        for (Series line : series) {
            svg.append("<polyline class=\"curve ").append(line.colour).append(line.emphasised ? " strong" : "")
                    .append("\" vector-effect=\"non-scaling-stroke\"").append(line.dashes()).append(" points=\"");
            for (double[] point : line.points) {
                svg.append(Html.coordinate(1000 * x(point[0]))).append(',').append(Html.coordinate(y(point[1])))
                        .append(' ');
            }
            svg.append("\"/>\n");
        }
        svg.append("</svg>\n");
    }

    private void points(StringBuilder svg, Series line) {
        for (double[] point : line.points) {
            svg.append("<circle class=\"point ").append(line.colour).append("\" r=\"")
                    .append(line.points.size() > FEW ? "2" : "3.5").append("\" cx=\"")
                    .append(Html.coordinate(100 * x(point[0]))).append("%\" cy=\"")
                    .append(Html.coordinate(y(point[1]))).append("\"><title>")
                    .append(Html.escape(line.name + ", " + Html.plain(point[0]) + ": " + Html.figure(point[1]) + " "
                            + yUnit)).append("</title></circle>\n");
        }
    }

    private double x(double value) {
        return LEFT + (RIGHT - LEFT) * x.place(value);
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * y.place(value);
    }
}
