/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A NAT between hosts and everybody else, in the terms of RFC 4787: address and port-dependent filtering, refreshed by
 * what leaves alone (REQ-6), and a mapping that does not depend on the endpoint ("port-restricted cone") unless it is
 * made {@link #symmetric()}. A mapping that is forgotten comes back with another port.
 */
public final class SimulatedNat {
    private static final int FIRST_PORT = 61001;

    private final InetAddress outside;
    private final Map<Flow, Mapping> byFlow = new HashMap<>();
    private final Map<Integer, Mapping> byPort = new HashMap<>();
    private long timeoutNanos = Duration.ofSeconds(120).toNanos();
    private boolean symmetric;
    private int nextPort = FIRST_PORT;

    /** What a mapping is looked up by: the endpoint inside, and on a symmetric NAT the one outside. */
    private record Flow(InetSocketAddress inside, InetSocketAddress remote) {
    }

    /** One port outside. */
    private static final class Mapping {
        final InetSocketAddress inside;
        final int port;
        final Map<InetSocketAddress, Long> lastSentNanos = new HashMap<>();

        Mapping(InetSocketAddress inside, int port) {
            this.inside = inside;
            this.port = port;
        }

        boolean isOpenFor(InetSocketAddress remote, long sinceNanos) {
            return lastSentNanos.getOrDefault(remote, Long.MIN_VALUE) >= sinceNanos;
        }

        boolean isOpen(long sinceNanos) {
            return lastSentNanos.values().stream().anyMatch(sent -> sent >= sinceNanos);
        }
    }

    SimulatedNat(InetAddress outside) {
        this.outside = outside;
    }

    /** How long it remembers what has left; two minutes at first, as RFC 4787 REQ-5 wants at least. */
    public SimulatedNat timeout(Duration timeout) {
        timeoutNanos = timeout.toNanos();
        return this;
    }

    /** Every peer outside sees another port: what no rendezvous gets through. */
    public SimulatedNat symmetric() {
        symmetric = true;
        return this;
    }

    /** How many ports it has given away so far. */
    public int mappings() {
        return nextPort - FIRST_PORT;
    }

    /** A datagram leaves: where it seems to come from. */
    InetSocketAddress leave(InetSocketAddress from, InetSocketAddress to, long nowNanos) {
        Flow flow = new Flow(from, symmetric ? to : null);
        Mapping mapping = byFlow.get(flow);
        if (mapping == null || !mapping.isOpen(nowNanos - timeoutNanos)) {
            mapping = new Mapping(from, nextPort++);
            byFlow.put(flow, mapping);
            byPort.put(mapping.port, mapping);
        }
        mapping.lastSentNanos.put(to, nowNanos);
        return new InetSocketAddress(outside, mapping.port);
    }

    /** A datagram comes: who inside gets it, {@code null} for nobody. */
    InetSocketAddress enter(InetSocketAddress from, InetSocketAddress to, long nowNanos) {
        Mapping mapping = byPort.get(to.getPort());
        return mapping != null && mapping.isOpenFor(from, nowNanos - timeoutNanos) ? mapping.inside : null;
    }
}
