/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Tests of the tests: rules of the protocol are broken one by one, and a test must notice.
 */
package io.culvert.mutation;
