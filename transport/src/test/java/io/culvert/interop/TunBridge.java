/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running {@code tun_bridge.py}. The kernel owns {@link #kernelHost()}; what it sends to the other host of the subnet
 * comes out as segments in datagrams on 127.0.0.1, and back.
 */
final class TunBridge implements AutoCloseable {
    private static final Path SCRIPT = Path.of(System.getProperty("basedir", "."), "src/test/interop/tun_bridge.py");
    private static final Path TRACES = Path.of(System.getProperty("basedir", "."), "target/interop");
    private static final AtomicInteger BRIDGES = new AtomicInteger();
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final int CANNOT_HAVE_TUN = 77;
    private static final long PATIENCE_SECONDS = 20;
    private static final String END_OF_OUTPUT = "";
    private static final Pattern COUNTER = Pattern.compile("\"(\\w+)\": (\\d+)");

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final InetAddress kernelHost;
    private final InetAddress peerHost;

    private TunBridge(List<String> options) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString(), "--control"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (Boolean.getBoolean("culvert.interop.trace")) {
            command.add("--trace");
            Files.createDirectories(TRACES);
            builder.redirectError(TRACES.resolve("bridge-" + BRIDGES.incrementAndGet() + ".trace").toFile());
        }
        process = builder.start();
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::readAnswers, "tun-bridge-output");
        reader.setDaemon(true);
        reader.start();
        try {
            String ready = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(ready, "the bridge did not become ready");
            if (ready.equals(END_OF_OUTPUT) && process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                assumeTrue(process.exitValue() != CANNOT_HAVE_TUN, "skipped: this user cannot open a TUN device");
            }
            String[] words = ready.split(" ");
            assertEquals("ready", words[0], ready);
            kernelHost = InetAddress.getByName(words[2]);
            peerHost = InetAddress.getByName(words[3]);
        } catch (Throwable notReady) {
            process.destroy();
            throw notReady;
        }
    }

    /** Starts a bridge; the calling test is skipped where there cannot be one. Options are those of the script. */
    static TunBridge start(String... options) throws Exception {
        assumeTrue(Files.exists(TUN), "skipped: no /dev/net/tun");
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: not root, so no TUN device");
        assumeTrue(isOnPath("python3"), "skipped: no python3");
        assumeTrue(isOnPath("ip"), "skipped: no ip command (iproute2)");
        return new TunBridge(List.of(options));
    }

    /** The kernel's own address on the device: where its sockets bind. */
    InetAddress kernelHost() {
        return kernelHost;
    }

    /** The address that the kernel connects to in order to reach a UDP port of 127.0.0.1. */
    InetSocketAddress toUdp(int udpPort) {
        return new InetSocketAddress(peerHost, udpPort);
    }

    /** The UDP address at which a TCP port of {@link #kernelHost()} can be reached. */
    InetSocketAddress toKernel(int tcpPort) throws Exception {
        commands.write("listen " + tcpPort + "\n");
        commands.flush();
        String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(answer, "the bridge did not answer");
        assertTrue(answer.startsWith("listening " + tcpPort + " "), answer);
        int udpPort = Integer.parseInt(answer.substring(answer.lastIndexOf(' ') + 1));
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), udpPort);
    }

    /** The counters are those of the script's last line. */
    Map<String, Long> stop() throws Exception {
        commands.close();
        String line = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(line, "the bridge printed no counters");
        assertTrue(line.startsWith("{"), line);
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the bridge did not end");
        assertEquals(0, process.exitValue());
        Map<String, Long> counters = new HashMap<>();
        for (Matcher counter = COUNTER.matcher(line); counter.find(); ) {
            counters.put(counter.group(1), Long.valueOf(counter.group(2)));
        }
        return counters;
    }

    @Override
    public void close() throws Exception {
        commands.close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private void readAnswers() {
        try (BufferedReader output = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                answers.add(line);
            }
            answers.add(END_OF_OUTPUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isOnPath(String command) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, command))) {
                return true;
            }
        }
        return false;
    }
}
