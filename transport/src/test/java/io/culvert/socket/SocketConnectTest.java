/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.Future;

/** Opening a socket. */
class SocketConnectTest {
    @EveryKind
    void aConnectedSocketKnowsBothAddresses(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            assertTrue(ends.client().isConnected() && ends.client().isBound() && !ends.client().isClosed());
            assertTrue(ends.server().isConnected() && ends.server().isBound() && !ends.server().isClosed());
            assertEquals(InetAddress.getLoopbackAddress(), ends.client().getInetAddress());
            assertEquals(InetAddress.getLoopbackAddress(), ends.client().getLocalAddress());
            assertEquals(ends.server().getLocalSocketAddress(), ends.client().getRemoteSocketAddress());
            assertEquals(ends.client().getLocalSocketAddress(), ends.server().getRemoteSocketAddress());
            assertEquals(ends.client().getLocalPort(), ends.server().getPort());
            assertNull(ends.client().getChannel());
        }
    }

    @EveryKind
    void aSocketThatIsNotConnectedSaysSo(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Socket socket = sockets.newSocket();
            assertFalse(socket.isConnected() || socket.isBound() || socket.isClosed());
            assertNull(socket.getRemoteSocketAddress());
            assertEquals(0, socket.getPort());
            assertThrows(SocketException.class, socket::getInputStream);
            assertThrows(SocketException.class, socket::getOutputStream);
            assertThrows(SocketException.class, socket::shutdownOutput);
            socket.close();
            assertTrue(socket.isClosed());
        }
    }

    @EveryKind
    void aConnectThatNobodyListensForIsRefused(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            server.close();
            Socket socket = sockets.newSocket();
            ConnectException refused = assertThrows(ConnectException.class,
                    () -> socket.connect(server.getLocalSocketAddress(), 10_000));
            assertTrue(refused.getMessage().startsWith("Connection refused"), refused::toString);
            assertThrows(SocketException.class, () -> socket.connect(server.getLocalSocketAddress()));
        }
    }

    @CulvertKind
    void aConnectThatNobodyAnswersTimesOut(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind); DatagramSocket silent = silent()) {
            Socket socket = sockets.newSocket();
            SocketTimeoutException timeout = assertThrows(SocketTimeoutException.class,
                    () -> socket.connect(silent.getLocalSocketAddress(), 50));
            assertEquals("Connect timed out", timeout.getMessage());
            assertThrows(SocketException.class, () -> socket.connect(silent.getLocalSocketAddress(), 50));
        }
    }

    @CulvertKind
    void aCloseEndsAConnect(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind); DatagramSocket silent = silent()) {
            Socket socket = sockets.newSocket();
            Future<?> connecting = sockets.begin(() -> {
                socket.connect(silent.getLocalSocketAddress());
                return null;
            });
            socket.close();
            Sockets.failure(SocketException.class, connecting);
        }
    }

    private static DatagramSocket silent() throws Exception {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @EveryKind
    void aNameThatIsNotResolvedIsAnUnknownHost(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Socket socket = sockets.newSocket();
            UnknownHostException unknown = assertThrows(UnknownHostException.class,
                    () -> socket.connect(InetSocketAddress.createUnresolved("no-such-host.invalid", 80)));
            assertTrue(unknown.getMessage().contains("no-such-host.invalid"), unknown::toString);
        }
    }

    @EveryKind
    void aSocketConnectsOnce(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            assertThrows(SocketException.class, () -> ends.client().connect(ends.client().getRemoteSocketAddress()));
            ends.client().close();
            assertThrows(SocketException.class, () -> ends.client().connect(ends.server().getLocalSocketAddress()));
        }
    }

    @EveryKind
    void aSocketMayBeBoundBeforeItConnects(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            Socket socket = sockets.newSocket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = socket.getLocalPort();
            assertTrue(socket.isBound() && port > 0, () -> "port " + port);
            socket.connect(server.getLocalSocketAddress());
            assertEquals(port, socket.getLocalPort());
            assertEquals(port, sockets.kept(server.accept()).getPort());
        }
    }

    @EveryKind
    void aPortThatIsTakenCannotBeBound(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            Socket socket = sockets.newSocket();
            assertThrows(BindException.class, () -> socket.bind(server.getLocalSocketAddress()));
            ServerSocket second = sockets.newServer();
            assertThrows(BindException.class, () -> second.bind(server.getLocalSocketAddress()));
        }
    }

    @EveryKind
    void theWildcardAddressMeansThisHost(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.newServer();
            server.bind(null);
            Socket client = sockets.newSocket();
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 10_000);
            Socket accepted = sockets.kept(server.accept());
            assertEquals(InetAddress.getLoopbackAddress(), accepted.getLocalAddress());
            assertTrue(server.getInetAddress().isAnyLocalAddress(), server::toString);
        }
    }
}
