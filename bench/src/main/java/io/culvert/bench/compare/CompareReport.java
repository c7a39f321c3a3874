/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.culvert.bench.Bench;
import io.culvert.bench.Environment;
import io.culvert.bench.TextTable;
import io.culvert.bench.compare.contender.ContenderFactory;
import io.culvert.bench.compare.contender.Contenders;
import io.culvert.bench.compare.contender.Setup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What came of the benchmarks: a table for each as it comes, and everything for the files. */
final class CompareReport {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final PrintWriter out;
    private final Environment environment;
    private final int interfaceMtu;
    private final JsonObject path;
    private final JsonArray results = new JsonArray();
    private final JsonArray absent = new JsonArray();
    private final JsonArray warnings = new JsonArray();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> remarked = new HashSet<>();
    private boolean failures;

    CompareReport(PrintWriter out, Environment environment, int interfaceMtu, JsonObject path) {
        this.out = out;
        this.environment = environment;
        this.interfaceMtu = interfaceMtu;
        this.path = path;
    }

    /** Somebody cannot run here. */
    void skipped(String benchmark, Setup setup, String reason) {
        absent(benchmark, setup, "skipped", reason);
    }

    /** Somebody has failed. */
    void failed(String benchmark, Setup setup, String reason) {
        failures = true;
        absent(benchmark, setup, "failed", reason);
    }

    /** Somebody had to be measured once more. */
    void triedAgain(Setup setup, String reason) {
        notes.add(setup + " (MTU " + mtuName(setup) + ") had to be measured again: " + reason);
    }

    private void absent(String benchmark, Setup setup, String how, String reason) {
        notes.add(setup + " (MTU " + mtuName(setup) + ") " + how + ": " + reason);
        JsonObject json = new JsonObject();
        json.addProperty("benchmark", benchmark);
        json.addProperty("system", setup.system());
        json.addProperty("io", setup.io());
        json.addProperty("mtu", mtu(setup));
        json.addProperty("tls", setup.tls());
        json.addProperty("how", how);
        json.addProperty("reason", reason);
        absent.add(json);
    }

    boolean hasFailures() {
        return failures;
    }

    /** As it stands in tables. */
    static String mtuName(Setup setup) {
        return setup.mtu() == 0 ? "full" : Integer.toString(setup.mtu());
    }

    private int mtu(Setup setup) {
        return setup.mtu() == 0 ? interfaceMtu : Math.min(setup.mtu(), interfaceMtu);
    }

    /** Keeps results for the file. */
    void add(String benchmark, Results of) {
        of.addRatios();
        of.all().forEach(result -> results.add(result.toJson(benchmark, mtu(result.setup()), path)));
    }

    /** Keeps results that another command has put in a file of its own. */
    void addAll(JsonArray others) {
        results.addAll(others);
    }

    /** Prints a benchmark's table under its question, and below it what a reader has to know. */
    void print(String question, TextTable table, List<Result> of, String... legend) {
        out.println(question);
        out.println();
        if (!table.isEmpty()) {
            table.print(out);
        }
        List.of(legend).forEach(this::note);
        Set<String> remarks = new LinkedHashSet<>();
        of.forEach(result -> remarks.add(remark(result.setup().system())));
        remarks.stream().filter(remark -> !remark.isEmpty() && remarked.add(remark)).forEach(this::note);
        notes.forEach(this::note);
        notes.clear();
        out.println();
        out.flush();
    }

    private static String remark(String system) {
        String remark = Contenders.of(system).remark();
        return remark.isEmpty() ? "" : system + ": " + remark;
    }

    /** What makes the figures doubtful; the file says it, too. */
    void warn(String warning) {
        note(warning);
        out.println();
        warnings.add(warning);
    }

    /** Prints a line, broken where it would be too long. */
    void note(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split("\\s+")) {
            if (line.length() + 1 + word.length() > Bench.COLUMNS && !line.isEmpty()) {
                out.println(line);
                line.setLength(0);
                line.append(' ');
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        out.println(line);
    }

    /** Everything, as it stands in the file. */
    JsonObject toJson() {
        JsonObject root = new JsonObject();
        root.add("environment", GSON.toJsonTree(environment));
        root.add("results", results);
        root.add("contenders", contenders());
        root.add("absent", absent);
        root.add("warnings", warnings);
        return root;
    }

    /** What a reader of the figures has to know about who they are of. */
    private JsonArray contenders() {
        Set<String> systems = new LinkedHashSet<>();
        results.forEach(result -> systems.add(result.getAsJsonObject().get("system").getAsString()));
        JsonArray contenders = new JsonArray();
        for (ContenderFactory factory : Contenders.all()) {
            if (systems.contains(factory.system()) && !factory.remark().isEmpty()) {
                JsonObject contender = new JsonObject();
                contender.addProperty("system", factory.system());
                contender.addProperty("remark", factory.remark());
                contenders.add(contender);
            }
        }
        return contenders;
    }

    /** Writes the file. */
    void writeJson(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, GSON.toJson(toJson()) + "\n");
    }
}
