/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Breaks the rules of {@code src/test/mutation/rules.txt} one by one; each must be noticed by one of its tests. Not
 * part of the ordinary build:
 *
 * <pre>{@code mvn test -pl transport -Pmutation}</pre>
 */
@Tag("mutation")
@Execution(ExecutionMode.CONCURRENT)
final class RuleBreakerTest {
    private static final Path CATALOGUE = Path.of("src/test/mutation/rules.txt");

    /** The behaviours of opening and closing, every one of which must have a rule. */
    private static final Set<String> ROWS = Set.of("Three-way handshake", "The control block",
            "Stale connection request", "Simultaneous open", "Four-way close, half-close", "Simultaneous close",
            "FIN and its ACK in one segment", "TIME-WAIT", "Lost last ACK", "Abort", "Nobody there", "Orphans",
            "Data after a full close");

    private final RuleBreaker breaker = new RuleBreaker();

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> everyBrokenRuleIsNoticed() throws IOException {
        return Rule.read(CATALOGUE).stream().map(rule -> DynamicTest.dynamicTest(rule.toString(), () -> {
            RuleBreaker.Outcome outcome = breaker.tryOut(rule);
            System.out.println(rule + ": " + outcome.text());
            assertTrue(outcome.noticed(), outcome.text());
        }));
    }

    @Test
    void unbrokenRulesAreNotNoticed() throws IOException, InterruptedException {
        List<String> tests = Rule.read(CATALOGUE).stream().flatMap(rule -> rule.tests().stream()).distinct().toList();
        RuleBreaker.Outcome outcome = breaker.unbroken(tests);
        assertFalse(outcome.noticed(), outcome.text());
    }

    @Test
    void everyBehaviourOfOpeningAndClosingHasARule() throws IOException {
        Set<String> without = new TreeSet<>(ROWS);
        without.removeAll(Rule.read(CATALOGUE).stream().map(Rule::row).collect(Collectors.toSet()));
        assertEquals(Set.of(), without);
    }
}
