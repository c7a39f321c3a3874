/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What Wireshark makes of a capture. A test that asks is skipped, visibly, where tshark is not installed. */
public final class Tshark {
    private static final Path DISSECTOR =
            Path.of(System.getProperty("basedir", ""), "..", "docs", "culvert.lua").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 60;

    private final Path capture;
    private final List<String> options;

    private Tshark(Path capture, List<String> options) {
        this.capture = capture;
        this.options = options;
    }

    /** Reads a capture, checks checksums, and takes nothing from the user's settings. */
    public static Tshark of(Path capture) throws Exception {
        assumeInstalled("tshark");
        return new Tshark(capture, List.of("-n", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
                "-o", "udp.check_checksum:TRUE"));
    }

    /** Skips the test where there is no such program. */
    public static void assumeInstalled(String program) {
        boolean there = false;
        for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
            there |= Path.of(directory, program).toFile().canExecute();
        }
        assumeTrue(there, () -> "skipped: " + program + " is not installed");
    }

    /** With more options. */
    public Tshark with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new Tshark(capture, all);
    }

    /** With the dissector of the documentation; the test is skipped where scripts may not run, as for root in some. */
    public Tshark withDissector() throws Exception {
        Tshark dissecting = with("-X", "lua_script:" + DISSECTOR);
        Output output = dissecting.execute("-r", capture.toString(), "-Y", "culvert");
        assertFalse(output.errors().contains("Lua"), output::errors);
        assumeTrue(output.exitCode() == 0, () -> "skipped: this tshark runs no scripts here: " + output.errors());
        return dissecting;
    }

    /** The numbers of the packets that a display filter lets pass. */
    public List<String> frames(String filter) throws Exception {
        return fields(filter, "frame.number");
    }

    /** Fields of the packets that a display filter lets pass, separated by blanks; commas are within a field. */
    public List<String> fields(String filter, String... names) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-r", capture.toString(), "-Y", filter, "-T", "fields",
                "-E", "separator=/s"));
        for (String name : names) {
            arguments.add("-e");
            arguments.add(name);
        }
        return run(arguments.toArray(String[]::new));
    }

    /** What the sides of the first session have said, first the one that connects. */
    public List<byte[]> streams() throws Exception {
        List<ByteArrayOutputStream> streams = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
        for (String line : run("-r", capture.toString(), "-q", "-z", "follow,tcp,raw,0")) {
            if (line.matches("\t?([0-9a-f]{2})+")) {
                streams.get(line.startsWith("\t") ? 1 : 0).write(ByteBufUtil.decodeHexDump(line.strip()));
            }
        }
        return streams.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }

    private List<String> run(String... arguments) throws IOException, InterruptedException {
        Output output = execute(arguments);
        assertEquals(0, output.exitCode(), output::errors);
        return output.lines();
    }

    private Output execute(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tshark"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("tshark", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("WIRESHARK_CONFIG_DIR", "/nonexistent");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), command::toString);
            return new Output(process.exitValue(), out.lines().toList(), Files.readString(errors));
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    private record Output(int exitCode, List<String> lines, String errors) {
    }
}
