/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Loss detection and recovery, one RFC concept a file. Pure. */
package io.culvert.recovery;
