/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

/** One question about sessions on a bad path. */
interface Scenario {
    /** As on the command line and in files. */
    String name();

    /** Runs it: prints a table, adds rows and goals to the report. */
    void run(Plan plan, Workers workers, Report report) throws InterruptedException;
}
