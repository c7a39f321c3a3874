/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kernel's table of TCP sockets, those that no process holds any more included. */
final class KernelSockets {
    /** In the order of the kernel's numbers (include/net/tcp_states.h), which begin at 1. */
    enum State {
        ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN,
        CLOSING, NEW_SYN_RECV
    }

    /** A Java socket is in the IPv6 table even when both its addresses are IPv4. */
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private KernelSockets() {
    }

    /** The state of the connection with this local address and these ports; null when the kernel has none. */
    static State stateOf(InetAddress localHost, int localPort, int remotePort) throws IOException {
        String local = String.format("%s:%04X", inTable(localHost), localPort);
        String remote = String.format(":%04X", remotePort);
        for (Path table : TABLES) {
            if (!Files.exists(table)) {
                continue;
            }
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.trim().split("\\s+");
                if (fields[1].endsWith(local) && fields[2].endsWith(remote)) {
                    return State.values()[Integer.parseInt(fields[3], 16) - 1];
                }
            }
        }
        return null;
    }

    /** The table prints addresses as numbers in the byte order of the machine. */
    private static String inTable(InetAddress host) {
        return String.format("%08X", ByteBuffer.wrap(host.getAddress()).order(ByteOrder.nativeOrder()).getInt());
    }
}
