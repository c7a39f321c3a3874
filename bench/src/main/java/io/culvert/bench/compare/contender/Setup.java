/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which transport is measured, and how it is set up. Both sides are given the same one.
 *
 * @param system its name: {@code culvert}, {@code tcp}, {@code quic} and so on
 * @param io what drives its sockets: {@code epoll}, {@code nio}, {@code io_uring}, or empty where it has its own
 * @param mtu the most bytes an IP packet of it may have, 0 for as many as the interface carries
 * @param tls whether TLS 1.3 is spoken on top of it
 * @param congestion the congestion control, {@code cubic} or {@code bbr}, or empty for the transport's default
 */
public record Setup(String system, String io, int mtu, boolean tls, String congestion) {
    private static final Set<String> CONGESTION_CONTROLS = Set.of("cubic", "bbr", "newreno");

    /** Reads what {@link #name()} writes: {@code culvert}, {@code culvert+tls}, {@code tcp+bbr} and so on. */
    public static Setup parse(String name, String io, int mtu) {
        List<String> parts = new ArrayList<>(List.of(name.split("\\+", -1)));
        String system = parts.remove(0);
        boolean tls = parts.remove("tls");
        if (parts.size() > 1 || !CONGESTION_CONTROLS.containsAll(parts)) {
            throw new IllegalArgumentException("'" + name + "' (expected: NAME[+tls][+cubic|+bbr|+newreno])");
        }
        return new Setup(system, io, mtu, tls, parts.isEmpty() ? "" : parts.get(0));
    }

    /** The system with what it is combined with, as it is written on the command line. */
    public String name() {
        return system + (tls ? "+tls" : "") + (congestion.isEmpty() ? "" : "+" + congestion);
    }

    /** {@link #name()} and what drives it. */
    @Override
    public String toString() {
        return io.isEmpty() ? name() : name() + "/" + io;
    }
}
