/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Benchmarks: {@link io.culvert.bench.Bench} is the main class, every question is a command of its own, and
 * commands that have something in common share a package.
 */
package io.culvert.bench;
