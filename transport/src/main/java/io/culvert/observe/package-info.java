/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a session shows to those who watch it. */
package io.culvert.observe;
