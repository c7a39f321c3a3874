/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What loss, delay, reordering and company do to a session's rate. {@link io.culvert.bench.loss.Loss} is the command,
 * every {@code ...Scenario} asks one question; {@link io.culvert.bench.loss.Lab} is the simulated network in which
 * they let real channels talk in virtual time.
 */
package io.culvert.bench.loss;
