/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws the table: for each bottleneck and round trip what loss leaves of the capacity. */
final class Charts {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;

    private Charts() {
    }

    /** Writes one chart for each bottleneck and round trip. Where fonts are missing there are none, and it says so. */
    static void write(Path directory, Report report) throws IOException {
        try {
            Files.createDirectories(directory);
            int charts = 0;
            for (Map.Entry<String, List<CellResult>> entry : byPath(report.results()).entrySet()) {
                draw(directory.resolve(entry.getKey()).toString(), entry.getValue());
                charts++;
            }
            report.line(charts + (charts == 1 ? " chart in " : " charts in ") + directory);
        } catch (LinkageError | RuntimeException e) {
            report.line("no charts: this Java cannot draw (" + e + ")");
        }
    }

    private static Map<String, List<CellResult>> byPath(List<CellResult> results) {
        Map<String, List<CellResult>> paths = new LinkedHashMap<>();
        for (CellResult cell : results) {
            String name = "goodput-" + Figures.plain(cell.capacityMbit()) + "mbit-" + Figures.plain(cell.rttMillis())
                    + "ms";
            paths.computeIfAbsent(name, unused -> new ArrayList<>()).add(cell);
        }
        return paths;
    }

    private static void draw(String file, List<CellResult> cells) throws IOException {
        CellResult any = cells.get(0);
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Goodput, " + Figures.plain(any.capacityMbit()) + " Mbit/s, " + Figures.plain(any.rttMillis())
                        + " ms round trip")
                .xAxisTitle("random loss of data packets, %").yAxisTitle("% of capacity").build();
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line)
                .setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
        Map<String, List<CellResult>> series = new LinkedHashMap<>();
        cells.forEach(cell -> series.computeIfAbsent(cell.controller(), unused -> new ArrayList<>()).add(cell));
        series.forEach((controller, line) -> chart.addSeries(controller,
                line.stream().map(cell -> Figures.plain(cell.lossPercent())).toList(),
                line.stream().map(cell -> 100 * cell.goodputOverCapacity()).toList()));
        BitmapEncoder.saveBitmap(chart, file, BitmapFormat.PNG);
        VectorGraphicsEncoder.saveVectorGraphic(chart, file, VectorGraphicsFormat.SVG);
    }
}
