/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

/** What became of a datagram. */
public enum Fate {
    /** On its way. */
    IN_FLIGHT,
    /** In the receive buffer of a socket. */
    DELIVERED,
    /** The second copy of a datagram, delivered too. */
    DUPLICATE,
    /** Lost by chance. */
    LOST,
    /** Dropped by a {@link DatagramFilter}. */
    FILTERED,
    /** The queue before the bottleneck was full. */
    QUEUE_DROP,
    /** Larger than the path's MTU. */
    MTU_DROP,
    /** The path was down. */
    BLACKOUT,
    /** Nobody is bound to the port, or the socket there is connected to somebody else. */
    NO_SOCKET,
    /** The receive buffer of the socket was full. */
    BUFFER_DROP,
    /** A NAT knows of nobody who wants it. */
    NAT_DROP;

    boolean arrived() {
        return this == DELIVERED || this == DUPLICATE;
    }
}
