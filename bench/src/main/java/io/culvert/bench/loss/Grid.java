/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bulk sessions over every link with every controller and seed, gathered by link and controller. */
final class Grid {
    /** A controller over a link. */
    record Cell(Controller controller, Link link) {
    }

    private final Plan plan;
    private final List<Trial> trials = new ArrayList<>();

    Grid(Plan plan) {
        this.plan = plan;
    }

    Grid add(Controller controller, Link link) {
        plan.seedsFor(link).forEach(seed -> trials.add(plan.trial(controller, link, seed)));
        return this;
    }

    /** The samples of each cell, in the order in which the cells were added. */
    Map<Cell, List<Sample>> run(String title, Workers workers) throws InterruptedException {
        List<Workers.Job<Trial, Sample>> jobs = new ArrayList<>();
        trials.forEach(trial -> jobs.add(new Workers.Job<>(trial, trial.cost(), trial::run)));
        Map<Cell, List<Sample>> cells = new LinkedHashMap<>();
        workers.run(title, jobs).forEach((trial, sample) -> cells
                .computeIfAbsent(new Cell(trial.controller(), trial.link()), cell -> new ArrayList<>()).add(sample));
        return cells;
    }
}
