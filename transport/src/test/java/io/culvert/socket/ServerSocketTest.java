/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/** Accepting. */
class ServerSocketTest {
    @EveryKind
    void aBoundServerKnowsItsAddress(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.newServer();
            assertFalse(server.isBound() || server.isClosed());
            assertEquals(-1, server.getLocalPort());
            assertThrows(SocketException.class, server::accept);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
            assertTrue(server.isBound() && server.getLocalPort() > 0);
            assertEquals(InetAddress.getLoopbackAddress(), server.getInetAddress());
            assertThrows(SocketException.class, () -> server.bind(null));
        }
    }

    @EveryKind
    void anAcceptTimesOutAndTheNextOneWorks(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            server.setSoTimeout(1);
            for (int i = 0; i < 3; i++) {
                assertEquals("Accept timed out",
                        assertThrows(SocketTimeoutException.class, server::accept).getMessage());
            }
            server.setSoTimeout(20_000);
            Future<Socket> accepting = sockets.begin(() -> sockets.kept(server.accept()));
            Socket client = sockets.connect(server);
            assertEquals(client.getLocalPort(), Sockets.result(accepting).getPort());
        }
    }

    @EveryKind
    void sessionsWaitUntilTheyAreAccepted(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                Socket client = sockets.connect(server);
                client.getOutputStream().write(i);
                ports.add(client.getLocalPort());
            }
            Set<Integer> accepted = new HashSet<>();
            Set<Integer> read = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                Socket socket = sockets.kept(server.accept());
                accepted.add(socket.getPort());
                read.add(socket.getInputStream().read());
            }
            assertEquals(ports, accepted);
            assertEquals(Set.of(0, 1, 2, 3, 4), read);
        }
    }

    @EveryKind
    void severalThreadsMayAccept(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            List<Future<Socket>> accepting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                accepting.add(sockets.begin(() -> sockets.kept(server.accept())));
            }
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                ports.add(sockets.connect(server).getLocalPort());
            }
            for (Future<Socket> each : accepting) {
                assertTrue(ports.remove(Sockets.result(each).getPort()));
            }
        }
    }

    @EveryKind
    void aCloseWakesWhoAccepts(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            Future<Socket> first = sockets.begin(server::accept);
            Future<Socket> second = sockets.begin(server::accept);
            server.close();
            Sockets.failure(SocketException.class, first);
            Sockets.failure(SocketException.class, second);
            assertTrue(server.isClosed());
            assertEquals("Socket is closed", assertThrows(SocketException.class, server::accept).getMessage());
        }
    }

    @EveryKind
    void aCloseResetsWhatNobodyHasAccepted(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            Socket accepted = sockets.connect(server);
            Socket acceptedThere = sockets.kept(server.accept());
            Socket waiting = sockets.connect(server);
            server.close();
            assertThrows(SocketException.class, () -> waiting.getInputStream().read());
            acceptedThere.getOutputStream().write(3);
            assertEquals(3, accepted.getInputStream().read());
        }
    }

    @EveryKind
    void aPortMayBeBoundAgainAfterAClose(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            SocketAddress address = server.getLocalSocketAddress();
            for (int i = 0; i < 5; i++) {
                server.close();
                server = sockets.newServer();
                server.bind(address);
                Socket client = sockets.connect(server);
                Socket accepted = sockets.kept(server.accept());
                assertEquals(client.getLocalPort(), accepted.getPort());
                Sockets.reset(accepted);
                assertThrows(SocketException.class, () -> client.getInputStream().read());
            }
        }
    }
}
