/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What is compared. A {@link io.culvert.bench.compare.contender.Contender} is one side of a transport,
 * {@link io.culvert.bench.compare.contender.Stream}s and their handlers are all that the measuring knows of it.
 */
package io.culvert.bench.compare.contender;
