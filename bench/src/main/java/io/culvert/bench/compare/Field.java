/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import io.culvert.bench.compare.contender.Contenders;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who takes part in a benchmark, in turns. Whoever fails is out and reported. */
final class Field implements AutoCloseable {
    /** The agents run, the server listens. */
    private static final int STEPS_TO_START = 2;

    private final String benchmark;
    private final Plan plan;
    private final CompareReport report;
    private final List<Pair> pairs = new ArrayList<>();

    /** Something done with one contender. */
    @FunctionalInterface
    interface Turn {
        void take(Pair pair) throws IOException, InterruptedException, UnavailableException;
    }

    /** Starts the agents, if need be, of everybody who can run here. */
    Field(String benchmark, List<Setup> setups, Plan plan, CompareReport report) throws InterruptedException {
        this.benchmark = benchmark;
        this.plan = plan;
        this.report = report;
        plan.progress().begin(benchmark + ": starting", setups.size() * STEPS_TO_START);
        for (Setup setup : setups) {
            String unsuited = Contenders.of(setup.system()).unsuited(benchmark);
            if (!unsuited.isEmpty()) {
                report.skipped(benchmark, setup, unsuited);
                continue;
            }
            try {
                pairs.add(plan.pairs().of(setup, plan));
            } catch (UnavailableException e) {
                report.skipped(benchmark, setup, e.getMessage());
            } catch (IOException e) {
                report.failed(benchmark, setup, e.getMessage());
            }
            plan.progress().step(setup.toString());
        }
    }

    /** Everybody takes a turn. */
    void take(Turn turn) throws InterruptedException {
        for (Pair pair : List.copyOf(pairs)) {
            try {
                takeTwice(pair, turn);
            } catch (UnavailableException e) {
                remove(pair);
                report.skipped(benchmark, pair.setup(), e.getMessage());
            } catch (IOException e) {
                remove(pair);
                report.failed(benchmark, pair.setup(), e.getMessage());
            }
            plan.progress().step(pair.setup().toString());
        }
    }

    /** What went wrong once may have been the machine's doing, and is tried again. */
    private void takeTwice(Pair pair, Turn turn) throws IOException, InterruptedException, UnavailableException {
        try {
            turn.take(pair);
        } catch (IOException e) {
            if (!pair.isAlive()) {
                throw e;
            }
            report.triedAgain(pair.setup(), e.getMessage());
            pair.stop();
            turn.take(pair);
        }
    }

    /** Everybody takes a turn that only warms up, and then one in each round. */
    void rounds(String what, int rounds, Turn warmUp, Turn turn) throws InterruptedException {
        plan.progress().begin(benchmark + what, pairs.size() * (rounds + 1));
        take(warmUp);
        for (int round = 0; round < rounds; round++) {
            take(turn);
        }
    }

    private void remove(Pair pair) {
        pairs.remove(pair);
        plan.pairs().end(pair);
    }

    @Override
    public void close() {
        plan.progress().end();
    }
}
