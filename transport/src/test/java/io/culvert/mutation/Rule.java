/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to break a rule of the protocol.
 *
 * @param row the behaviour whose rule it breaks
 * @param name what is wrong then
 * @param file the source, seen from {@code io/culvert}
 * @param find text that stands in it exactly once
 * @param put text to stand there instead
 * @param tests test classes that must notice, seen from {@code io.culvert}
 */
record Rule(String row, String name, String file, String find, String put, List<String> tests) {
    /**
     * Reads a catalogue: entries of the lines {@code rule: row | name}, {@code file:}, {@code find:}, {@code put:} and
     * {@code tests:}, in this order; several {@code find:} or {@code put:} lines are lines of one text. Empty lines and
     * lines that begin with {@code #} do not count.
     */
    static List<Rule> read(Path catalogue) throws IOException {
        List<Rule> rules = new ArrayList<>();
        Entry entry = new Entry();
        for (String line : Files.readAllLines(catalogue)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String value = line.substring(Math.min(line.length(), colon + 2));
            switch (line.substring(0, colon)) {
                case "rule" -> entry.rule = value;
                case "file" -> entry.file = value;
                case "find" -> entry.find.add(value);
                case "put" -> entry.put.add(value);
                case "tests" -> {
                    rules.add(entry.finish(List.of(value.split(" "))));
                    entry = new Entry();
                }
                default -> throw new IOException("not a line of a rule: " + line);
            }
        }
        return rules;
    }

    /** The source with the rule broken. */
    String breakIn(String source) {
        int at = source.indexOf(find);
        if (at < 0 || source.indexOf(find, at + 1) >= 0) {
            String wrong = at < 0 ? "not found in " : "found more than once in ";
            throw new IllegalStateException(wrong + file + ":\n" + find);
        }
        return source.substring(0, at) + put + source.substring(at + find.length());
    }

    @Override
    public String toString() {
        return row + " | " + name;
    }

    /** What was read of an entry so far. */
    private static final class Entry {
        private final List<String> find = new ArrayList<>();
        private final List<String> put = new ArrayList<>();
        private String rule = "";
        private String file = "";

        Rule finish(List<String> tests) throws IOException {
            String[] names = rule.split(" \\| ");
            if (names.length != 2 || file.isEmpty() || find.isEmpty() || put.isEmpty()) {
                throw new IOException("an incomplete rule: " + rule);
            }
            return new Rule(names[0], names[1], file, String.join("\n", find), String.join("\n", put), tests);
        }
    }
}
