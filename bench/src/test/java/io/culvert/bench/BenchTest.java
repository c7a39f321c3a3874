/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return Bench.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Override
    public String toString() {
        return "out:\n" + out + "\nerr:\n" + err;
    }

    private void assertFitsAPipe() {
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= Bench.COLUMNS), this::toString);
        assertEquals(-1, out.toString().indexOf('\u001b'), this::toString);
        assertEquals(-1, err.toString().indexOf('\u001b'), this::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "xyzzy", "loss --nonsense", "loss --seconds 0", "loss --seconds x", "loss --seeds 0", "loss --loss 101",
        "loss --loss -1", "loss --loss NaN", "loss --rtt 0", "loss --capacity 0", "loss --threads 0",
        "loss --buffer 1024", "loss --scenario nonsense", "loss --controller nonsense", "loss --warm-up -1",
        "codec --nonsense", "codec --operation nonsense", "report", "report --nonsense"})
    void wrongArgumentsAreTwo(String arguments) {
        assertEquals(2, execute(arguments.isEmpty() ? new String[0] : arguments.split(" ")), this::toString);
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("Usage: culvert-bench"), this::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "loss --help", "codec --help", "report --help"})
    void helpFitsTheTerminal(String arguments) {
        assertEquals(0, execute(arguments.split(" ")), this::toString);
        assertTrue(out.toString().startsWith("Usage: culvert-bench"), this::toString);
        assertFitsAPipe();
    }

    @Test
    void helpNamesScenariosAndControllers() {
        execute("loss", "--help");
        assertTrue(out.toString().contains("table, bursts, reordering"), this::toString);
        assertTrue(out.toString().contains("newreno"), this::toString);
    }

    @Test
    void oneCellEndsInATableAFileAndAChart(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("new/loss.json");
        assertEquals(0, execute("loss", "--quick", "--controller", "newreno", "--loss", "0", "--rtt", "20",
                "--capacity", "10", "--seconds", "10", "--warm-up", "1", "--json", json.toString(), "--out",
                directory.toString()), this::toString);
        assertFitsAPipe();
        assertTrue(out.toString().contains("Goodput of one bulk session"), this::toString);
        assertTrue(out.toString().contains("newreno, no loss, worst cell: 10 Mbit/s, 20 ms"), this::toString);
        assertTrue(err.toString().contains("table: 0 of 1"), this::toString);

        JsonObject file = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertTrue(file.getAsJsonObject("environment").get("processors").getAsInt() > 0);
        assertEquals(1, file.getAsJsonArray("results").size());
        JsonObject cell = file.getAsJsonArray("results").get(0).getAsJsonObject();
        assertEquals("newreno", cell.get("controller").getAsString());
        assertEquals(0, cell.get("lossPercent").getAsDouble());
        assertEquals(20, cell.get("rttMillis").getAsDouble());
        assertEquals(10, cell.get("capacityMbit").getAsDouble());
        assertTrue(cell.get("retransmissions").getAsLong() >= 0);
        assertEquals(1, cell.get("seeds").getAsInt());
        double share = cell.get("goodputOverCapacity").getAsDouble();
        assertTrue(share > 0.2 && share <= 1.001, cell::toString);
        assertEquals(1, file.getAsJsonArray("goals").size());
        for (String kind : new String[] {"svg", "png"}) {
            assertTrue(Files.size(directory.resolve("goodput-10mbit-20ms." + kind)) > 1000);
        }
    }

    @Test
    void manyCellsMakeAnOverview(@TempDir Path directory) {
        assertEquals(0, execute("loss", "--scenario", "table", "--seeds", "1", "--seconds", "1", "--warm-up", "1",
                "--capacity", "1,2", "--rtt", "10,20", "--loss", "0,1,2,3,4,5,6,7", "--controller", "newreno", "--out",
                directory.toString()), this::toString);
        assertFitsAPipe();
        assertTrue(out.toString().contains("0 % loss  1 % loss  2 % loss  3 % loss  4 % loss"), this::toString);
        assertTrue(out.toString().contains("4 charts in "), this::toString);
    }

    @Test
    void aScenarioHasItsRowsInTheFile(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("loss.json");
        assertEquals(0, execute("loss", "--scenario", "tail-loss,startup", "--controller", "newreno", "--seeds", "1",
                "--json", json.toString()), this::toString);
        assertFitsAPipe();
        JsonObject file = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals(0, file.getAsJsonArray("results").size());
        assertEquals(3, file.getAsJsonObject("scenarios").getAsJsonArray("tail-loss").size());
        for (JsonElement row : file.getAsJsonObject("scenarios").getAsJsonArray("startup")) {
            double roundTrips = row.getAsJsonObject().get("roundTrips").getAsDouble();
            assertTrue(roundTrips >= 1.5 && roundTrips < 100, row::toString);
        }
    }
}
