/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Netty's own testsuite of stream sockets, run over Culvert channels. */
package io.culvert.testsuite;
