/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: puts files of results together and writes the report of all of them. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Writes one HTML report of the results that other commands have written with --json.",
            "",
            "The machine is the first file's; the command lines of all are in the report.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  report all.json --html report.html",
            "  report all.json link-*.json --html report.html --json report.json"})
public final class Report implements Callable<Integer> {
    /** Lists that grow by every file's own. */
    private static final List<String> LISTS = List.of("results", "contenders", "absent", "notes");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Results, as --json writes them.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--html", paramLabel = "FILE", required = true, description = "Where the report goes.")
    private Path html;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results of all files go, as one.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        List<JsonObject> roots = new ArrayList<>();
        for (Path file : files) {
            roots.add(read(file));
        }
        JsonObject root = roots.size() == 1 ? roots.get(0) : merged(roots);
        HtmlReport.write(html, root);
        if (json != null) {
            Path directory = json.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
            Files.writeString(json, gson.toJson(root) + "\n");
        }
        spec.commandLine().getOut().println(new Row(root).array("results").size() + " results in " + html);
        return CommandLine.ExitCode.OK;
    }

    private JsonObject read(Path file) throws IOException {
        try {
            JsonElement root = JsonParser.parseString(Files.readString(file));
            if (root.isJsonObject() && root.getAsJsonObject().has("results")) {
                return root.getAsJsonObject();
            }
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "there is no file " + file, e);
        } catch (JsonParseException e) {
            throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage(), e);
        }
        throw new ParameterException(spec.commandLine(), file + ": no results");
    }

    /** One of several: the first one's environment, everybody's results, and how each was started. */
    static JsonObject merged(List<JsonObject> roots) {
        JsonObject merged = new JsonObject();
        merged.add("environment", new Row(roots.get(0)).object("environment"));
        JsonArray runs = new JsonArray();
        for (JsonObject root : roots) {
            JsonArray earlier = new Row(root).array("runs");
            if (earlier.isEmpty()) {
                runs.add(new Row(root).object("environment"));
            } else {
                runs.addAll(earlier);
            }
        }
        merged.add("runs", runs);
        for (String name : LISTS) {
            Set<JsonElement> distinct = new LinkedHashSet<>();
            roots.forEach(root -> new Row(root).array(name).forEach(distinct::add));
            JsonArray list = new JsonArray();
            distinct.forEach(list::add);
            merged.add(name, list);
        }
        return merged;
    }
}
