/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The processes in which contenders run. {@link io.culvert.bench.compare.agent.Agent} is their main class: it opens one
 * side of one contender and does what it is told, a line of JSON at a time. A
 * {@link io.culvert.bench.compare.agent.Service} is what a server does for its streams, a
 * {@link io.culvert.bench.compare.agent.Workload} what a client does with its own; both know nothing but streams, so
 * that every contender does the same.
 */
package io.culvert.bench.compare.agent;
