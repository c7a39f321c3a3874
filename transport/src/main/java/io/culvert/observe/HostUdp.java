/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux counts of all UDP sockets of this network namespace, other programs' among them, IPv4 and IPv6 together.
 * The one figure of a socket's own (SO_RXQ_OVFL) Netty does not pass on, and the list of all sockets in
 * {@code /proc/net/udp} is as long as there are sockets and forgets those that are closed; these are two short files.
 */
final class HostUdp {
    private static final String UDP = "Udp:";

    private final Path snmp;
    private final Path snmp6;

    /** Of the host that the process runs on. */
    HostUdp() {
        this(Path.of("/proc/net/snmp"), Path.of("/proc/net/snmp6"));
    }

    HostUdp(Path snmp, Path snmp6) {
        this.snmp = snmp;
        this.snmp6 = snmp6;
    }

    /** Whether the platform tells. */
    boolean isKnown() {
        return Files.isReadable(snmp);
    }

    /** Datagrams lost because a socket's receive buffer was full. */
    long receiveBufferErrors() {
        return total("RcvbufErrors");
    }

    /** Datagrams not sent because a socket's send buffer was full. */
    long sendBufferErrors() {
        return total("SndbufErrors");
    }

    private long total(String name) {
        return ofTable(lines(snmp), name) + ofList(lines(snmp6), "Udp6" + name);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            // a host without IPv6, or none that tells
            return List.of();
        }
    }

    /** A line of names, and below it one of numbers. */
    private static long ofTable(List<String> lines, String name) {
        String[] names = null;
        for (String line : lines) {
            if (!line.startsWith(UDP)) {
                continue;
            }
            String[] words = line.split("\\s+");
            if (names == null) {
                names = words;
                continue;
            }
            for (int i = 1; i < Math.min(names.length, words.length); i++) {
                if (names[i].equals(name)) {
                    return Long.parseLong(words[i]);
                }
            }
        }
        return 0;
    }

    private static long ofList(List<String> lines, String name) {
        for (String line : lines) {
            String[] words = line.split("\\s+");
            if (words.length == 2 && words[0].equals(name)) {
                return Long.parseLong(words[1]);
            }
        }
        return 0;
    }
}
