/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * One session: its control block and what reads and writes it, segment by segment. Pure: time is an argument, nothing
 * is scheduled, and no channel is known here.
 */
package io.culvert.session;
