/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * The receive buffer of a UDP socket, where what its sessions are sent waits until the event loop reads it. A path
 * within the host has no other place for what is in flight, so that there the sessions of an event loop offer equal
 * shares of it, whether they have one socket or one each: if they offered more than it takes, losses would decide who
 * gets how much, and if they offered what each has once needed, those that came first.
 */
public final class SocketRoom {
    /**
     * Datagrams cost the buffer a multiple of what they carry. On Linux one of 4 MiB takes 8 MiB in full trains, 5 MiB
     * in datagrams of 1,472 bytes that come one by one, and 1 MiB in such of 100.
     */
    private static final int BURST_SHARE = 4;
    /** No datagram is larger, so that one always fits. */
    private static final int LEAST_BYTES = 64 * 1024;

    private final int bytes;
    private final HostPath path;

    /** A receive buffer of so many bytes, and the path that the host's own datagrams take to it. */
    public SocketRoom(int bytes, HostPath path) {
        this.bytes = bytes;
        this.path = path;
    }

    HostPath path() {
        return path;
    }

    /** What the kernel grants. */
    public int bytes() {
        return bytes;
    }

    /** What it takes at once for certain. */
    int burstBytes() {
        return bytes / BURST_SHARE;
    }

    /** What each of those sessions may offer. */
    int shareBytes() {
        return Math.max(LEAST_BYTES, Math.min(burstBytes(), bytes / Math.max(1, path.sharers())));
    }
}
