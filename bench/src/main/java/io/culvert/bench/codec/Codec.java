/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.codec;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.culvert.bench.Environment;
import io.culvert.bench.Figures;
import io.culvert.bench.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: runs the operations, prints a table, writes JSON. */
@Command(name = "codec", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "What does a segment cost to read and to write, in time and in garbage?",
            "",
            "JMH runs SegmentParser and SegmentWriter with its profiler of allocations, in JVMs of their own. Takes"
                    + " three minutes, with --quick half a minute.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  codec --quick",
            "  codec --operation parse-data,write-data --json codec.json"})
public final class Codec implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Fewer and shorter rounds.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results to a file.")
    private Path json;

    @Option(names = "--operation", paramLabel = "NAME", split = ",", completionCandidates = Operations.class,
            description = "Which to measure: ${COMPLETION-CANDIDATES}. Default: all")
    private List<String> operations = new ArrayList<>();

    /** The operations' names, for the help text. */
    static final class Operations extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Operations() {
            super(CodecRuns.operations());
        }
    }

    @Override
    public Integer call() throws IOException {
        CommandLine commandLine = spec.commandLine();
        for (String operation : operations) {
            if (!CodecRuns.operations().contains(operation)) {
                throw new ParameterException(commandLine, "--operation: there is no '" + operation + "'");
            }
        }
        PrintWriter err = commandLine.getErr();
        Environment environment = Environment.here(commandLine.getParseResult().originalArgs());
        List<JsonObject> rows;
        try {
            rows = CodecRuns.measure(quick, operations.isEmpty() ? CodecRuns.operations() : operations, operation -> {
                err.println("codec: " + operation);
                err.flush();
            });
        } catch (IllegalStateException e) {
            err.println("could not be measured: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        print(commandLine.getOut(), rows);
        if (json != null) {
            write(environment, rows);
        }
        return CommandLine.ExitCode.OK;
    }

    /** Prints rows of {@link CodecRuns#measure} as a table. */
    public static void print(PrintWriter out, List<JsonObject> rows) {
        out.println("Reading and writing one segment: median of the rounds, and what it allocates");
        out.println();
        TextTable table = new TextTable(1, "operation", "ns/op", "spread %", "B/op");
        for (JsonObject row : rows) {
            table.row(row.get("operation").getAsString(), Figures.fixed(row.get("median").getAsDouble(), 2),
                    Figures.fixed(100 * row.get("spread").getAsDouble(), 0),
                    Figures.fixed(row.get("allocatedBytesPerOp").getAsDouble(), 1));
        }
        table.print(out);
        out.println();
        out.flush();
    }

    private void write(Environment environment, List<JsonObject> rows) throws IOException {
        Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
        JsonObject root = new JsonObject();
        root.add("environment", gson.toJsonTree(environment));
        JsonArray results = new JsonArray();
        rows.forEach(results::add);
        root.add("results", results);
        if (json.toAbsolutePath().getParent() != null) {
            Files.createDirectories(json.toAbsolutePath().getParent());
        }
        Files.writeString(json, gson.toJson(root) + "\n");
    }
}
