/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Benchmarks, one class a question. None yet. */
package io.culvert.bench;
