/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * {@code java.net.Socket} over Culvert: blocking sockets for software that knows no Netty.
 *
 * <p>A thread that calls {@code read} waits for its channel's event loop, which hands it the bytes; a thread that calls
 * {@code write} hands bytes to the event loop, and waits when the channel has enough of them. What a socket of the JDK
 * does in each case, these do.
 */
package io.culvert.socket;
