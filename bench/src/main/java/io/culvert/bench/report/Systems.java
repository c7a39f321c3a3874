/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** What there is to know about the systems that are compared: how they are called, drawn and explained. */
enum Systems {
    CULVERT("culvert", "Culvert", "TCP segments in UDP datagrams, in Java, as a Netty channel: what is measured here."),
    TCP("tcp", "Kernel TCP", "The operating system's own TCP through Netty: what everything else is compared with."),
    UDP("udp", "Raw UDP", "Datagrams under a window and with acknowledgments, but with no protocol: nothing is sent"
            + " again, nothing is kept in order. The limit for whoever sends UDP from Netty."),
    QUIC("quic", "Netty QUIC", "QUIC by the native library quiche, through netty-codec-native-quic. Always encrypted."),
    KCP("kcp", "KCP", "java-Kcp (kcp-base), an ARQ protocol over UDP, made for small messages and low delay."),
    AERON("aeron", "Aeron", "Aeron's media driver over UDP: messages, with flow control and retransmission, by threads"
            + " that poll."),
    KWIK("kwik", "kwik", "QUIC in pure Java. Always encrypted."),
    OTHER("", "", "");

    private static final Map<String, Systems> BY_NAME = new LinkedHashMap<>();

    static {
        for (Systems system : values()) {
            BY_NAME.put(system.name, system);
        }
    }

    private final String name;
    private final String title;
    private final String description;

    Systems(String name, String title, String description) {
        this.name = name;
        this.title = title;
        this.description = description;
    }

    static Systems of(String name) {
        return BY_NAME.getOrDefault(name, OTHER);
    }

    /** What a person calls the system of that name. */
    static String title(String name) {
        Systems system = of(name);
        return system == OTHER ? name : system.title;
    }

    /** In a sentence or two; empty if it is not known. */
    String description() {
        return description;
    }

    /** The class that gives whatever is drawn the system's colour. */
    String colour() {
        return "c-" + (this == OTHER ? "other" : name);
    }

    /** Whether it speaks TLS whether it is asked to or not. */
    boolean alwaysEncrypts() {
        return this == QUIC || this == KWIK;
    }
}
