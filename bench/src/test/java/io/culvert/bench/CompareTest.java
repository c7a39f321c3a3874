/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.culvert.bench.compare.agent.AgentDaemon;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareTest {
    private static final String SHORT = " --rounds 1 --seconds 0.3 --warm-up 0.1 --json ";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String arguments) {
        return Bench.execute(new PrintWriter(out), new PrintWriter(err), arguments.split(" "));
    }

    @Override
    public String toString() {
        return "out:\n" + out + "\nerr:\n" + err;
    }

    private void assertLinesFit() {
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= Bench.COLUMNS), this::toString);
    }

    private static JsonObject read(Path json) throws IOException {
        return JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "throughput --nonsense", "throughput --systems nonsense", "throughput --systems culvert+nonsense",
        "throughput --systems culvert+tls+bbr+cubic", "throughput --io nonsense",
        "throughput --systems udp --io io_uring",
        "throughput --mtu 100", "throughput --mtu x", "throughput --mtu 65537", "throughput --rounds 0",
        "throughput --seconds 0", "throughput --seconds x", "throughput --warm-up -1", "throughput --port 65536",
        "throughput --serve --port -1", "throughput --path rtt", "latency --message-bytes 0", "latency --rate 0",
        "handshakes --in-flight 0", "sessions --sessions 0", "fairness --streams 1", "all --rounds 0"})
    void wrongArgumentsAreTwo(String arguments) {
        assertEquals(2, execute(arguments), this::toString);
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("Usage: culvert-bench"), this::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"throughput", "latency", "handshakes", "sessions", "fairness", "all"})
    void helpFitsTheTerminal(String command) {
        assertEquals(0, execute(command + " --help"), this::toString);
        assertTrue(out.toString().startsWith("Usage: culvert-bench " + command), this::toString);
        assertTrue(out.toString().contains("culvert, tcp"), this::toString);
        assertLinesFit();
    }

    @Test
    void throughputEndsInATableAndAFile(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("new/throughput.json");
        assertEquals(0, execute("throughput --systems culvert,tcp --io nio --rounds 2 --seconds 0.5 --warm-up 0.5"
                + " --json " + json), this::toString);
        assertLinesFit();
        assertTrue(out.toString().contains("Gbit/s"), this::toString);

        JsonObject file = read(json);
        assertTrue(file.getAsJsonObject("environment").get("processors").getAsInt() > 0);
        assertEquals(0, file.getAsJsonArray("absent").size(), this::toString);
        assertEquals(2, file.getAsJsonArray("results").size());
        JsonObject culvert = file.getAsJsonArray("results").get(0).getAsJsonObject();
        JsonObject tcp = file.getAsJsonArray("results").get(1).getAsJsonObject();
        assertEquals("culvert", culvert.get("system").getAsString());
        assertEquals("tcp", tcp.get("system").getAsString());
        for (JsonObject result : List.of(culvert, tcp)) {
            assertEquals("throughput", result.get("benchmark").getAsString());
            assertEquals("nio", result.get("io").getAsString());
            assertEquals(1500, result.get("mtu").getAsInt());
            assertFalse(result.get("tls").getAsBoolean());
            assertEquals("loopback", result.getAsJsonObject("path").get("kind").getAsString());
            assertEquals("Gbit/s", result.get("unit").getAsString());
            assertEquals(2, result.getAsJsonArray("rounds").size());
            assertTrue(result.get("median").getAsDouble() > 0, result::toString);
            assertTrue(result.get("spread").getAsDouble() >= 0, result::toString);
            assertTrue(result.get("cpuSecondsPerGB").getAsDouble() > 0, result::toString);
            assertTrue(result.get("allocatedBytesPerMB").getAsDouble() > 0, result::toString);
            assertEquals(2, result.getAsJsonArray("ratiosToKernelTcp").size());
        }
        assertEquals(1, tcp.get("ratioToKernelTcp").getAsDouble());
        double first = culvert.getAsJsonArray("rounds").get(0).getAsDouble()
                / tcp.getAsJsonArray("rounds").get(0).getAsDouble();
        assertEquals(first, culvert.getAsJsonArray("ratiosToKernelTcp").get(0).getAsDouble(), 1e-3 * (1 + first));
    }

    @Test
    void latencyHasACurve(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("latency.json");
        assertEquals(0, execute("latency --systems culvert --io nio --message-bytes 100 --rate 100" + SHORT + json),
                this::toString);
        assertLinesFit();
        JsonObject file = read(json);
        assertEquals(2, file.getAsJsonArray("results").size(), file::toString);
        for (int i = 0; i < 2; i++) {
            JsonObject result = file.getAsJsonArray("results").get(i).getAsJsonObject();
            assertEquals(100, result.get("messageBytes").getAsInt());
            assertEquals("us", result.get("unit").getAsString());
            double before = 0;
            for (int point = 0; point < result.getAsJsonArray("percentiles").size(); point++) {
                double micros = result.getAsJsonArray("percentiles").get(point).getAsJsonArray().get(1).getAsDouble();
                assertTrue(micros >= before, result::toString);
                before = micros;
            }
            assertTrue(before > 0, result::toString);
        }
    }

    @Test
    void connectionsAndSessionsAndStreamsAreCounted(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("counted.json");
        assertEquals(0, execute("handshakes --systems culvert --io nio --in-flight 4" + SHORT + json), this::toString);
        JsonObject handshakes = read(json).getAsJsonArray("results").get(0).getAsJsonObject();
        assertTrue(handshakes.get("median").getAsDouble() > 1, handshakes::toString);
        assertEquals(0, handshakes.get("failures").getAsDouble(), handshakes::toString);

        assertEquals(0, execute("sessions --systems culvert --io nio --sessions 300" + SHORT + json), this::toString);
        JsonObject sessions = read(json).getAsJsonArray("results").get(0).getAsJsonObject();
        assertEquals(300, sessions.get("sessions").getAsInt());
        double bytes = sessions.get("median").getAsDouble();
        assertTrue(bytes > 500 && bytes < 50_000, sessions::toString);

        assertEquals(0, execute("fairness --systems tcp --io nio --streams 3" + SHORT + json), this::toString);
        JsonObject fairness = read(json).getAsJsonArray("results").get(0).getAsJsonObject();
        double index = fairness.get("median").getAsDouble();
        assertTrue(index >= 1.0 / 3 && index <= 1, fairness::toString);
        assertLinesFit();
    }

    @Test
    void theServersMayRunElsewhere(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("apart.json");
        try (AgentDaemon daemon = new AgentDaemon(0, List.of(), new PrintWriter(err))) {
            Thread thread = new Thread(() -> {
                try {
                    daemon.run();
                } catch (IOException e) {
                    err.append(e.toString());
                }
            });
            thread.setDaemon(true);
            thread.start();
            assertEquals(0, execute("throughput --systems tcp+tls --io nio --connect 127.0.0.1 --port " + daemon.port()
                    + " --path kind=veth,rttMillis=0.5" + SHORT + json), this::toString);
        }
        JsonObject result = read(json).getAsJsonArray("results").get(0).getAsJsonObject();
        assertTrue(result.get("tls").getAsBoolean());
        assertEquals("veth", result.getAsJsonObject("path").get("kind").getAsString());
        assertEquals(0.5, result.getAsJsonObject("path").get("rttMillis").getAsDouble());
    }

    @Test
    void whoCannotReachTheServersIsToldSo(@TempDir Path directory) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertEquals(1, execute("throughput --systems tcp --io nio --connect 127.0.0.1 --port " + port + SHORT
                + directory.resolve("nothing.json")), this::toString);
        assertTrue(err.toString().contains("is it started there with --serve?"), this::toString);
    }

    @Test
    void whoDoesNotStartDoesNotStopTheOthers(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("some.json");
        assertEquals(0, execute("throughput --systems tcp,tcp+bbr --io nio" + SHORT + json), this::toString);
        JsonObject file = read(json);
        assertEquals(1, file.getAsJsonArray("results").size());
        assertEquals("skipped", file.getAsJsonArray("absent").get(0).getAsJsonObject().get("how").getAsString());
        assertTrue(out.toString().contains("tcp+bbr/nio (MTU 1500) skipped: the JDK cannot choose"), this::toString);
    }

    @Test
    void aProcessThatDiesSaysWhy(@TempDir Path directory) {
        assertEquals(1, execute("throughput --systems tcp --io nio --jvm=-XX:NoSuchOption" + SHORT
                + directory.resolve("nothing.json")), this::toString);
        assertTrue(out.toString().contains("tcp/nio (MTU 1500) failed: the server's process has ended: "),
                this::toString);
        assertTrue(out.toString().contains("NoSuchOption"), this::toString);
    }
}
