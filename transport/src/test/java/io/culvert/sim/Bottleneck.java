/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

/** A link of finite rate behind a finite drop-tail queue. */
final class Bottleneck {
    static final long DROPPED = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long bitsPerSecond;
    private final long queueNanos;
    private long busyUntilNanos;

    Bottleneck(long bitsPerSecond, int queueBytes) {
        if (bitsPerSecond <= 0 || queueBytes <= 0) {
            throw new IllegalArgumentException("rate " + bitsPerSecond + ", queue " + queueBytes);
        }
        this.bitsPerSecond = bitsPerSecond;
        queueNanos = sendingNanos(queueBytes);
    }

    /** When the last bit of a packet that comes now has left, or {@link #DROPPED}. */
    long departureNanos(long nowNanos, int bytes) {
        long departure = Math.max(nowNanos, busyUntilNanos) + sendingNanos(bytes);
        if (departure - nowNanos > queueNanos) {
            return DROPPED;
        }
        busyUntilNanos = departure;
        return departure;
    }

    private long sendingNanos(int bytes) {
        long bits = 8L * bytes;
        return bits / bitsPerSecond * NANOS_PER_SECOND + bits % bitsPerSecond * NANOS_PER_SECOND / bitsPerSecond;
    }
}
