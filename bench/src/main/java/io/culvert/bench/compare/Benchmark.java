/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import java.io.IOException;

/** A question that is put to every contender. */
interface Benchmark {
    /** Its name, as that of the command. */
    String name();

    /** Measures and reports. A contender that fails is reported, and does not stop the others. */
    void run(Plan plan, CompareReport report) throws IOException, InterruptedException;
}
