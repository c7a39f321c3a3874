/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Culvert beside what a user would pick instead. Every contender has two processes of its own, a server and a client,
 * on a processor each; they live through all rounds, and the rounds of all contenders take turns, so that what disturbs
 * the machine disturbs everybody. {@link io.culvert.bench.compare.Comparison} has the options that the commands share,
 * a {@link io.culvert.bench.compare.Benchmark} asks one question, {@link io.culvert.bench.compare.Field} is who takes
 * part, {@link io.culvert.bench.compare.CompareReport} what came of it.
 */
package io.culvert.bench.compare;
