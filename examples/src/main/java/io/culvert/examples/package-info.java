/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Small programs that use Culvert as an application would, one command a class. */
package io.culvert.examples;
