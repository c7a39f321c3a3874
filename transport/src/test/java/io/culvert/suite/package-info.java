/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The public API over real UDP sockets: NIO and epoll event loops, IPv4 and IPv6 loopback. Every test runs in a
 * {@link io.culvert.suite.SocketWorld} that demands all memory back at its end.
 */
package io.culvert.suite;
