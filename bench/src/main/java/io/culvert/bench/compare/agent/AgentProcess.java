/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A child process that is an agent, on a processor of its own where there are enough. */
public final class AgentProcess implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private final Process process;

    /**
     * Starts it.
     *
     * @param side 0 for servers, 1 for clients: the sides have a processor each
     * @param jvmArguments what else the Java virtual machine is told
     * @param log hears what the process writes to its standard error, line by line
     */
    public AgentProcess(int side, List<String> jvmArguments, Consumer<String> log) throws IOException {
        List<String> command = new ArrayList<>(pinned(side));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx1g", "-XX:-UsePerfData",
                "-Dio.netty.leakDetection.level=disabled", "-Djava.awt.headless=true",
                // For Aeron.
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Agent.class.getName()));
        process = new ProcessBuilder(command).start();
        Thread reader = new Thread(() -> read(log), "agent-log");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Consumer<String> log) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.accept(line);
            }
        } catch (IOException e) {
            log.accept(e.toString());
        }
    }

    /** Its standard input and output are the line to it. */
    public Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The command that keeps a side on its processor; empty where that cannot be. */
    public static List<String> pinned(int side) throws IOException {
        List<Integer> processors = processors();
        if (processors.size() < 2 || !isInstalled("taskset")) {
            return List.of();
        }
        return List.of("taskset", "-c", processors.get(side).toString());
    }

    private static List<Integer> processors() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return List.of();
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(ALLOWED)) {
                return parse(line.substring(ALLOWED.length()).strip());
            }
        }
        return List.of();
    }

    /** Reads the kernel's lists: {@code 0-2,5}. */
    static List<Integer> parse(String list) {
        List<Integer> processors = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                processors.add(i);
            }
        }
        return processors;
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv("PATH");
        return path != null && List.of(path.split(File.pathSeparator)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
