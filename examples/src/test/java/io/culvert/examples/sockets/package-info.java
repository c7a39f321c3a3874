/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Software that knows only the sockets of the JDK, over Culvert's. */
package io.culvert.examples.sockets;
