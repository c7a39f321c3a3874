/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ReportTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path html;

    @BeforeEach
    void namesTheReport() {
        html = directory.resolve("new/report.html");
    }

    private int execute(String... arguments) {
        return new CommandLine(new Report()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String file(String name, String json) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, json.replace('\'', '"'));
        return file.toString();
    }

    @Test
    void resultsOfSeveralFilesAreOneReport() throws IOException {
        String first = file("a.json", "{'environment': {'os': 'here', 'arguments': ['throughput']}, 'results':"
                + " [{'benchmark': 'throughput', 'system': 'tcp', 'median': 1}], 'absent': ['a', 'b']}");
        String second = file("b.json", "{'environment': {'os': 'there', 'arguments': ['codec']}, 'results':"
                + " [{'benchmark': 'codec', 'operation': 'parse', 'median': 2}], 'absent': ['b', 'c']}");
        Path json = directory.resolve("both/both.json");
        assertEquals(0, execute(first, second, "--html", html.toString(), "--json", json.toString()), err::toString);
        assertTrue(out.toString().startsWith("2 results in "), out::toString);

        JsonObject both = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals("here", both.getAsJsonObject("environment").get("os").getAsString());
        assertEquals(2, both.getAsJsonArray("results").size());
        assertEquals("[\"a\",\"b\",\"c\"]", both.get("absent").toString());
        String page = Files.readString(html);
        assertTrue(page.contains("culvert-bench.jar throughput\n") && page.contains("culvert-bench.jar codec\n"));

        String third = file("c.json", "{'environment': {'arguments': ['latency']}, 'results': []}");
        assertEquals(0, execute(json.toString(), third, "--html", html.toString(), "--json", json.toString()));
        both = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals(3, both.getAsJsonArray("runs").size());
    }

    @Test
    void oneFileStaysAsItIs() throws IOException {
        String only = file("a.json", "{'environment': {}, 'results': [], 'more': 1}");
        Path json = directory.resolve("again.json");
        assertEquals(0, execute(only, "--html", html.toString(), "--json", json.toString()));
        assertEquals(JsonParser.parseString(Files.readString(Path.of(only))),
                JsonParser.parseString(Files.readString(json)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{'other': 1}"})
    void whatHasNoResultsIsAWrongArgument(String text) throws IOException {
        assertEquals(2, execute(file("a.json", text), "--html", html.toString()));
        assertTrue(err.toString().contains("a.json"), err::toString);
        assertFalse(Files.exists(html));
    }

    @Test
    void whatIsNotThereIsAWrongArgument() {
        assertEquals(2, execute(directory.resolve("none.json").toString(), "--html", html.toString()));
        assertTrue(err.toString().contains("there is no file "), err::toString);
        assertEquals(2, execute("--html", html.toString()));
        assertEquals(2, execute(directory.resolve("none.json").toString()));
    }
}
