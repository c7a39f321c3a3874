/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * UDP under a window, without reliability, order or congestion control: the limit for whoever carries streams in
 * datagrams with Netty. {@link io.culvert.bench.compare.udp.UdpFactory} is where it begins.
 */
package io.culvert.bench.compare.udp;
