/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a segment costs to read and to write, without a socket: {@link io.culvert.bench.codec.Codec} is the command,
 * {@link io.culvert.bench.codec.SegmentBenchmark} what JMH runs.
 */
package io.culvert.bench.codec;
