/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Thousands of scenarios, each derived from a seed, each in virtual time. {@code -Dculvert.sim.seed=N} runs one,
 * {@code -Dculvert.sim.seeds=N} the first N.
 */
class SessionSimulationTest {
    private static final Long ONLY_SEED = Long.getLong("culvert.sim.seed");
    private static final int SEEDS = Integer.getInteger("culvert.sim.seeds", 4000);
    /** Seeds beyond the first ones that have found something: stalls of both ends, leaks, an end told twice. */
    private static final long[] MEMORABLE = {8327, 9355, 10347, 13878, 17767};
    private static final int MAX_FAILURES = 5;
    /** Where a bad path made a session give up, as proved by the wire: scenarios are chosen so that this is rare. */
    private static final int MOST_GIVE_UPS_PER_THOUSAND = 5;
    private static final int SEEDS_RUN_TWICE = 40;

    private static ScenarioRun.Outcome run(long seed, LoggedFaults logged) {
        Scenario scenario = new Scenario(seed);
        try (ScenarioRun run = new ScenarioRun(scenario)) {
            ScenarioRun.Outcome outcome = run.run();
            List<String> faults = logged.take();
            if (!faults.isEmpty()) {
                throw run.world().failure("logged: " + String.join("\n", faults), null);
            }
            return outcome;
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("mvn -q test -pl transport -Dtest=SessionSimulationTest -Dculvert.sim.seed=" + seed
                    + "\n" + scenario + "\n" + String.join("\n", logged.take()) + broken.getMessage(), broken);
        }
    }

    @Test
    void everySeedDeliversEveryByteAndEndsAsItShould() {
        long first = ONLY_SEED == null ? 1 : ONLY_SEED;
        long last = ONLY_SEED == null ? SEEDS : ONLY_SEED;
        Map<ScenarioRun.Outcome, Integer> outcomes = new EnumMap<>(ScenarioRun.Outcome.class);
        List<AssertionError> failures = new ArrayList<>();
        try (LoggedFaults logged = new LoggedFaults()) {
            for (long seed = first; seed <= last && failures.size() < MAX_FAILURES; seed++) {
                try {
                    outcomes.merge(run(seed, logged), 1, Integer::sum);
                } catch (AssertionError failure) {
                    failures.add(failure);
                }
            }
        }
        if (!failures.isEmpty()) {
            AssertionError error = failures.get(0);
            failures.subList(1, failures.size()).forEach(error::addSuppressed);
            throw error;
        }
        int gaveUp = outcomes.getOrDefault(ScenarioRun.Outcome.GAVE_UP, 0);
        assertTrue(gaveUp <= 1 + SEEDS * MOST_GIVE_UPS_PER_THOUSAND / 1000, outcomes::toString);
        assertTrue(ONLY_SEED != null || SEEDS < 100 || outcomes.size() >= 2, outcomes::toString);
    }

    @Test
    void whatOnceWentWrongGoesRight() {
        try (LoggedFaults logged = new LoggedFaults()) {
            for (long seed : MEMORABLE) {
                run(seed, logged);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameWire() {
        for (long seed = 1; seed <= SEEDS_RUN_TWICE; seed++) {
            assertEquals(fingerprint(seed), fingerprint(seed), "seed " + seed);
        }
        assertTrue(fingerprint(1) != fingerprint(2));
    }

    private static long fingerprint(long seed) {
        try (ScenarioRun run = new ScenarioRun(new Scenario(seed))) {
            run.run();
            return run.world().log().fingerprint();
        }
    }
}
