/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * An address that swallows everything, given to Netty's testsuite as its "bad host". The one it has of its own needs a
 * network whose routers say nothing.
 */
final class SilentPeer {
    private static final DatagramSocket SOCKET = open();

    private SilentPeer() {
    }

    private static DatagramSocket open() {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.setProperty("io.netty.testsuite.badHost", socket.getLocalAddress().getHostAddress());
            System.setProperty("io.netty.testsuite.badPort", Integer.toString(socket.getLocalPort()));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Before the testsuite asks for its bad host, which it does once. */
    static void announce() {
        if (SOCKET.isClosed()) {
            throw new IllegalStateException("not silent but gone");
        }
    }
}
