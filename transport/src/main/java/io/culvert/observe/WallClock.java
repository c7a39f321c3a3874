/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time of day at readings of the event loops' clock. One pair of both, taken at the first call, serves all: so the
 * distances between time stamps are those that the transport saw, and a clock that is set meanwhile moves none of them.
 */
final class WallClock {
    /** The system's. */
    static final InstantSource SYSTEM = Clock.systemUTC();

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final InstantSource source;
    private boolean paired;
    private long offsetNanos;

    WallClock(InstantSource source) {
        this.source = source;
    }

    /** Nanoseconds since 1970 when the event loops' clock read this. */
    long epochNanos(long nowNanos) {
        if (!paired) {
            paired = true;
            Instant now = source.instant();
            offsetNanos = now.getEpochSecond() * SECOND_NANOS + now.getNano() - nowNanos;
        }
        return nowNanos + offsetNanos;
    }
}
