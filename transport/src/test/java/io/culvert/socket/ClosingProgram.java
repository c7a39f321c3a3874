/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import java.net.InetAddress;
import java.net.Socket;

/** Writes random bytes to a port of this host, closes the socket, says so, and ends: arguments PORT BYTES SEED. */
final class ClosingProgram {
    private ClosingProgram() {
    }

    public static void main(String[] args) throws Exception {
        Socket socket = new CulvertSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                Integer.parseInt(args[0]));
        socket.getOutputStream().write(Sockets.randomBytes(Integer.parseInt(args[1]), Long.parseLong(args[2])));
        socket.close();
        System.out.println("closed");
    }
}
