/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.culvert.bench.Environment;
import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured: printed as it comes, and kept for the summary and the file. */
final class Report {
    private final PrintWriter out;
    private final List<CellResult> results = new ArrayList<>();
    private final Map<String, List<Map<String, Object>>> scenarios = new LinkedHashMap<>();
    private final List<Goal> goals = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    Report(PrintWriter out) {
        this.out = out;
    }

    /** A cell of the table. */
    void result(CellResult result) {
        results.add(result);
    }

    /** A line of a scenario: names and figures in turn. */
    void row(String scenario, Object... namesAndFigures) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndFigures.length; i += 2) {
            Object figure = namesAndFigures[i + 1];
            row.put((String) namesAndFigures[i], figure instanceof Double number ? Figures.rounded(number)
                    : figure instanceof Controller controller ? controller.toString() : figure);
        }
        scenarios.computeIfAbsent(scenario, name -> new ArrayList<>()).add(row);
    }

    void goal(Goal goal) {
        goals.add(goal);
    }

    synchronized void failed(String scenario, String what) {
        failures.add(scenario + ": " + what);
    }

    boolean hasFailures() {
        return !failures.isEmpty();
    }

    List<CellResult> results() {
        return results;
    }

    /** Prints a scenario's table under its question. */
    void print(String heading, TextTable table, String... notes) {
        out.println(heading);
        out.println();
        table.print(out);
        for (String note : notes) {
            out.println(note);
        }
        out.println();
        out.flush();
    }

    void line(String line) {
        out.println(line);
        out.flush();
    }

    /** Every goal, the figure, and whether it is met; then what could not be measured. */
    void printSummary() {
        if (!goals.isEmpty()) {
            TextTable table = new TextTable(2, "scenario", "goal", "figure", "wanted", "");
            for (Goal goal : goals) {
                String unit = goal.unit().isEmpty() ? "" : " " + goal.unit();
                table.row(goal.scenario(), goal.what(), Figures.rough(goal.figure()) + unit,
                        (goal.atLeast() ? ">= " : "<= ") + Figures.plain(goal.bound()) + unit,
                        goal.isMet() ? "met" : "MISSED");
            }
            long met = goals.stream().filter(Goal::isMet).count();
            print("Goals: " + met + " of " + goals.size() + " met", table, goals.stream()
                    .filter(goal -> !goal.isMet() && !goal.shortfall().isEmpty())
                    .map(goal -> "Why " + goal.what() + " is missed: " + goal.shortfall()).toArray(String[]::new));
        }
        failures.forEach(failure -> out.println("could not be measured: " + failure));
        out.flush();
    }

    void writeJson(Path file, Environment environment) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("environment", environment);
        root.put("results", results);
        root.put("scenarios", scenarios);
        List<Map<String, Object>> goalRows = new ArrayList<>();
        for (Goal goal : goals) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("scenario", goal.scenario());
            row.put("goal", goal.what());
            row.put("figure", Figures.rounded(goal.figure()));
            row.put(goal.atLeast() ? "atLeast" : "atMost", goal.bound());
            row.put("unit", goal.unit());
            row.put("met", goal.isMet());
            goalRows.add(row);
        }
        root.put("goals", goalRows);
        root.put("failures", failures);
        Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        Files.writeString(file, gson.toJson(root) + "\n");
    }
}
