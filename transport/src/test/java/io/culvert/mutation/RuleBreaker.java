/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.mutation;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Breaks rules of the protocol one by one and looks whether a test notices. The source with the rule broken is compiled
 * into a temporary directory that stands before the real classes on the class path of a child process, which runs the
 * tests; neither the sources nor the build's output are touched.
 */
final class RuleBreaker {
    static final String NOTICED_BY = "noticed by ";
    private static final long LIMIT_SECONDS = 60;
    private static final String PACKAGE = "io.culvert.";
    private static final Path SOURCES = Path.of("src/main/java/io/culvert");

    private final String classPath = System.getProperty("java.class.path");

    /** What became of a rule. */
    record Outcome(boolean noticed, String text) {
    }

    /** Runs tests with nothing broken: what they notice then is no broken rule. */
    Outcome unbroken(List<String> tests) throws IOException, InterruptedException {
        Path nothing = Files.createTempDirectory("culvert-unbroken");
        try {
            return run(nothing, tests);
        } finally {
            delete(nothing);
        }
    }

    /** Breaks a rule and runs its tests. */
    Outcome tryOut(Rule rule) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("culvert-broken");
        try {
            Path classes = Files.createDirectory(work.resolve("classes"));
            compile(rule, work, classes);
            return run(classes, rule.tests());
        } finally {
            delete(work);
        }
    }

    private void compile(Rule rule, Path work, Path classes) throws IOException {
        Path original = SOURCES.resolve(rule.file());
        Path broken = work.resolve(original.getFileName());
        Files.writeString(broken, rule.breakIn(Files.readString(original)));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath);
            if (!compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(broken)).call()) {
                throw new IllegalStateException("does not compile: " + rule + "\n" + messages);
            }
        }
    }

    private Outcome run(Path classes, List<String> tests) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dio.netty.leakDetection.level=paranoid",
                "-cp", classes + File.pathSeparator + classPath, ChildRun.class.getName()));
        tests.forEach(test -> command.add(PACKAGE + test));
        Path output = Files.createTempFile("culvert-child", ".txt");
        try {
            Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                    .start();
            if (!child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                child.destroyForcibly().waitFor();
                return new Outcome(true, NOTICED_BY + "the time limit");
            }
            return outcome(child.exitValue(), Files.readString(output), tests);
        } finally {
            Files.delete(output);
        }
    }

    private static Outcome outcome(int exit, String output, List<String> tests) {
        if (exit == 0) {
            return new Outcome(false, "SURVIVED " + String.join(", ", tests));
        }
        if (exit == ChildRun.NOTICED) {
            int at = output.lastIndexOf(NOTICED_BY);
            return new Outcome(true, output.substring(at, output.indexOf('\n', at)));
        }
        throw new IllegalStateException("the tests did not run: " + exit + "\n" + output);
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
