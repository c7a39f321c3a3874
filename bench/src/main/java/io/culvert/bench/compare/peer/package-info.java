/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Other transports over UDP, each with the settings that serve it best: Netty's QUIC, KCP, Aeron and kwik.
 */
package io.culvert.bench.compare.peer;
