/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** So many a second and no more, counted in whole seconds as Linux counts its challenge ACKs. */
final class RateLimit {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int perSecond;
    private boolean started;
    private long secondStartNanos;
    private int used;

    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    boolean allows(long nowNanos) {
        if (!started || nowNanos - secondStartNanos >= SECOND_NANOS) {
            started = true;
            secondStartNanos = nowNanos;
            used = 0;
        }
        if (used == perSecond) {
            return false;
        }
        used++;
        return true;
    }
}
