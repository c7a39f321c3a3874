/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */

/** The kernel's own TCP as the peer, reached through a TUN device. */
package io.culvert.interop;
