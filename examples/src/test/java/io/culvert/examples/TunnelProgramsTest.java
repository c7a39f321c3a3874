/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.culvert.CulvertChannelOption;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real programs through the tunnel; each test is skipped where its program is not installed. */
@Timeout(120)
class TunnelProgramsTest {
    private static final String HOST = "127.0.0.1";

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static String installed(String program) {
        Stream<String> path = Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                Stream.of("/usr/sbin"));
        String found = path.map(folder -> Path.of(folder, program)).filter(Files::isExecutable).map(Path::toString)
                .findFirst().orElse(null);
        assumeTrue(found != null, () -> program + " is not installed");
        return found;
    }

    /** Starts one, which writes its output to a file of its name. */
    private Process start(String name, String... command) throws IOException {
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(directory.resolve(name).toFile()).start();
    }

    private String run(String name, String... command) throws Exception {
        Process process = start(name, command);
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> name + " takes too long");
            String output = Files.readString(directory.resolve(name));
            assertEquals(0, process.exitValue(), output);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** A port that a program can be told to listen on. */
    private static InetSocketAddress free() throws IOException {
        try (ServerSocket server = TunnelPair.newServer()) {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }
    }

    private static void awaitListening(InetSocketAddress address) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            new Socket(address.getAddress(), address.getPort()).close();
            return true;
        });
    }

    private static void assertAllFinished(TunnelPair tunnel, int sessions) {
        tunnel.entranceLines(sessions).forEach(line -> assertTrue(line.endsWith("): finished"), line));
    }

    /** Serves {@code /seed/bytes}. */
    private HttpServer files() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String[] path = exchange.getRequestURI().getPath().split("/");
            long bytes = Long.parseLong(path[2]);
            exchange.sendResponseHeaders(200, bytes);
            try (OutputStream body = exchange.getResponseBody()) {
                Bytes.write(body, Long.parseLong(path[1]), bytes);
            }
        });
        server.start();
        return server;
    }

    private void assertFile(Path file, long seed, long bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Bytes.expect(in, seed, bytes);
        }
    }

    @Test
    void curlDownloadsALargeFile() throws Exception {
        String curl = installed("curl");
        long bytes = 100_000_000;
        HttpServer files = files();
        try (TunnelPair tunnel = TunnelPair.to(files.getAddress(), IoKind.AUTO.available(null)).open()) {
            run("curl", curl, "-sS", "--fail", "-o", "file", "http://" + HOST + ":" + tunnel.port() + "/7/" + bytes);
            assertFile(directory.resolve("file"), 7, bytes);
            assertAllFinished(tunnel, 1);
        } finally {
            files.stop(0);
        }
    }

    @Test
    void curlDownloadsAHundredFilesAtOnceAtTwoPercentLoss() throws Exception {
        String curl = installed("curl");
        int downloads = 100;
        long bytes = 200_000;
        HttpServer files = files();
        try (TunnelPair tunnel = TunnelPair.to(files.getAddress(), IoKind.NIO).open(forwarder -> forwarder
                .culvertOption(CulvertChannelOption.DATAGRAM_HANDLER, new TunnelLossTest.TwoPercent()))) {
            run("curl", curl, "-sS", "--fail", "--http1.1", "--parallel", "--parallel-immediate", "--parallel-max",
                    Integer.toString(downloads), "-H", "Connection: close", "-o", "file#1",
                    "http://" + HOST + ":" + tunnel.port() + "/[1-" + downloads + "]/" + bytes);
            for (int i = 1; i <= downloads; i++) {
                assertFile(directory.resolve("file" + i), i, bytes);
            }
            assertEquals(downloads, tunnel.entranceLines(downloads).size());
        } finally {
            files.stop(0);
        }
    }

    @Test
    void redisBenchmarkRuns() throws Exception {
        String server = installed("redis-server");
        String benchmark = installed("redis-benchmark");
        InetSocketAddress address = free();
        Process redis = start("redis", server, "--port", Integer.toString(address.getPort()), "--bind", HOST, "--save",
                "", "--appendonly", "no");
        try (TunnelPair tunnel = TunnelPair.to(address, IoKind.AUTO.available(null))) {
            awaitListening(address);
            tunnel.open();
            String output = run("benchmark", benchmark, "-h", HOST, "-p", Integer.toString(tunnel.port()), "-n", "5000",
                    "-c", "50", "-P", "4", "-t", "set,get,lrange_100", "--csv");
            for (String test : List.of("\"SET\"", "\"GET\"", "\"LRANGE_100")) {
                assertTrue(output.contains(test), output);
            }
        } finally {
            redis.destroyForcibly();
        }
    }

    @Test
    void iperfMeasuresBothWays() throws Exception {
        String iperf = installed("iperf3");
        InetSocketAddress address = free();
        Process server = start("server", iperf, "-s", "--forceflush", "-B", HOST, "-p",
                Integer.toString(address.getPort()));
        try (TunnelPair tunnel = TunnelPair.to(address, IoKind.AUTO.available(null))) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(directory.resolve("server")).contains("listening"));
            tunnel.open();
            for (String direction : List.of("--get-server-output", "--reverse")) {
                String output = run("client" + direction, iperf, "-c", HOST, "-p", Integer.toString(tunnel.port()),
                        "-n", "50M", "-P", "2", direction);
                assertTrue(output.contains("receiver"), output);
            }
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void sshRunsACommandAndCopiesBytes() throws Exception {
        String sshd = installed("sshd");
        String ssh = installed("ssh");
        String keygen = installed("ssh-keygen");
        InetSocketAddress address = free();
        run("keys", keygen, "-q", "-t", "ed25519", "-N", "", "-f", "key");
        Path config = Files.writeString(directory.resolve("config"), String.join("\n", "Port " + address.getPort(),
                "ListenAddress " + HOST, "HostKey " + directory.resolve("key"), "AuthorizedKeysFile "
                + directory.resolve("key.pub"), "StrictModes no", "UsePAM no", "PidFile none", ""));
        Process server = start("sshd", sshd, "-D", "-e", "-f", config.toString());
        try (TunnelPair tunnel = TunnelPair.to(address, IoKind.AUTO.available(null))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                String log = Files.readString(directory.resolve("sshd"));
                assumeTrue(server.isAlive(), () -> "sshd does not run here: " + log);
                return log.contains("listening");
            });
            tunnel.open();
            String output = run("ssh", ssh, "-p", Integer.toString(tunnel.port()), "-i", "key", "-o",
                    "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o",
                    "LogLevel=ERROR", HOST, "echo hello; head -c 5000000 /dev/zero | wc -c");
            assertEquals(List.of("hello", "5000000"), output.lines().map(String::strip).toList());
        } finally {
            server.destroyForcibly();
        }
    }
}
