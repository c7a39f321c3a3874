/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/** What the interface towards somebody carries. */
public final class InterfaceMtu {
    private static final int ANY_PORT = 9;

    private InterfaceMtu() {
    }

    /** The most bytes that an IP packet to a host may have, as far as this machine knows. */
    public static int towards(String host) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            // Sends nothing: the system only says which address it would send from.
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), ANY_PORT));
            return NetworkInterface.getByInetAddress(socket.getLocalAddress()).getMTU();
        }
    }
}
