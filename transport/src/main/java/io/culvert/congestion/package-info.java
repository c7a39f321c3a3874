/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Congestion control: the interface and the algorithms behind it. Pure. */
package io.culvert.congestion;
