/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.time.Duration;

/** What a {@link DatagramFilter} wants done with a datagram. */
public final class Verdict {
    /** Let it go the way of all others. */
    public static final Verdict PASS = new Verdict("PASS", 0);
    /** Lose it. */
    public static final Verdict DROP = new Verdict("DROP", 0);
    /** Let it arrive twice. */
    public static final Verdict DUPLICATE = new Verdict("DUPLICATE", 0);

    private final String name;
    private final long delayNanos;

    private Verdict(String name, long delayNanos) {
        this.name = name;
        this.delayNanos = delayNanos;
    }

    /** Hold it back so much longer than the path would, and let others overtake it. */
    public static Verdict delay(Duration delay) {
        return new Verdict("DELAY", delay.toNanos());
    }

    long delayNanos() {
        return delayNanos;
    }

    @Override
    public String toString() {
        return name;
    }
}
