/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The loopback addresses. */
enum Loopback {
    IPV4("127.0.0.1"), IPV6("::1");

    private final String literal;

    Loopback(String literal) {
        this.literal = literal;
    }

    /** Skips the test where the host has no such address. */
    InetAddress address() throws IOException {
        InetAddress address = InetAddress.getByName(literal);
        assumeTrue(canBind(address), "skipped: no loopback address " + literal);
        return address;
    }

    private static boolean canBind(InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
