/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * The path between the sockets of one host, as the sessions of an event loop have measured it together: one that comes
 * when the loop is busy sees only how long its datagrams wait.
 */
public final class HostPath {
    /** A round trip within a host that takes longer is a path after all: somebody has made it longer. */
    private static final long SHORT_NANOS = 10_000_000;

    private final ReceiverRtt rtt = new ReceiverRtt();
    private int sharers;

    /** One more session of the loop receives much from its own host. */
    void enter() {
        sharers++;
    }

    /** And does so no more. */
    void leave() {
        sharers--;
    }

    int sharers() {
        return sharers;
    }

    /** Takes the smallest round trip of a session into account, and answers whether the path has no length. */
    boolean isShort(long rttNanos, long nowNanos) {
        rtt.onSample(rttNanos, nowNanos);
        return rtt.nanos() < SHORT_NANOS;
    }
}
