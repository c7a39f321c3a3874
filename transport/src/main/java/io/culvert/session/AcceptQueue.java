/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** Bounds the established sessions that the application has not accepted yet (SO_BACKLOG). */
@FunctionalInterface
public interface AcceptQueue {
    /** Whether one more may become ESTABLISHED. */
    boolean hasRoom();
}
