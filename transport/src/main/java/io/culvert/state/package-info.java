/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The eleven states of RFC 9293 as a table of data. */
package io.culvert.state;
