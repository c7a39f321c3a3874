/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** One server and very many peers: what a session costs while it is idle, and how many share one loop. */
package io.culvert.crowd;
