/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What sessions, sockets and event loops show to those who watch them, and count for them. */
package io.culvert.observe;
