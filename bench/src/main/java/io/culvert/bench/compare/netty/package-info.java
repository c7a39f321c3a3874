/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The contenders that Netty drives: Culvert, the kernel's TCP, either with TLS, and bare UDP.
 * {@link io.culvert.bench.compare.netty.NettyStream} makes a stream of any channel of bytes.
 */
package io.culvert.bench.compare.netty;
