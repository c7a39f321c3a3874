/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The bytes: one segment, its header and options, sequence-number arithmetic. Pure; nothing here keeps state. */
package io.culvert.segment;
