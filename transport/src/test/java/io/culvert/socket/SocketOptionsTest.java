/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.state.ConnectionState;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/** The options of sockets. */
class SocketOptionsTest {
    @EveryKind
    void whatIsSetIsSo(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            set(sockets.newSocket());
            Sockets.Ends ends = sockets.ends();
            set(ends.client());
            set(ends.server());
        }
    }

    private static void set(Socket socket) throws Exception {
        for (boolean on : new boolean[] {true, false}) {
            socket.setTcpNoDelay(on);
            assertEquals(on, socket.getTcpNoDelay());
            socket.setKeepAlive(on);
            assertEquals(on, socket.getKeepAlive());
            socket.setReuseAddress(on);
            assertEquals(on, socket.getReuseAddress());
            socket.setOOBInline(on);
            assertEquals(on, socket.getOOBInline());
        }
        assertEquals(-1, socket.getSoLinger());
        socket.setSoLinger(true, 12);
        assertEquals(12, socket.getSoLinger());
        socket.setSoLinger(false, 12);
        assertEquals(-1, socket.getSoLinger());
        assertEquals(0, socket.getSoTimeout());
        socket.setSoTimeout(34);
        assertEquals(34, socket.getSoTimeout());
        socket.setTrafficClass(0x10);
        assertEquals(0x10, socket.getTrafficClass());
        socket.setSendBufferSize(70_000);
        assertTrue(socket.getSendBufferSize() >= 70_000);
        socket.setReceiveBufferSize(80_000);
        assertTrue(socket.getReceiveBufferSize() >= 80_000);
        socket.setReceiveBufferSize(1);
        assertTrue(socket.getReceiveBufferSize() > 1);
        socket.setPerformancePreferences(1, 2, 3);
    }

    @EveryKind
    void optionsHaveNames(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Socket socket = sockets.ends().client();
            Set<SocketOption<?>> supported = socket.supportedOptions();
            assertTrue(supported.containsAll(Set.of(StandardSocketOptions.SO_KEEPALIVE,
                    StandardSocketOptions.SO_LINGER, StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_SNDBUF,
                    StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.IP_TOS,
                    ExtendedSocketOptions.TCP_KEEPIDLE, ExtendedSocketOptions.TCP_KEEPINTERVAL,
                    ExtendedSocketOptions.TCP_KEEPCOUNT)), supported::toString);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true)
                    .setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 41)
                    .setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 42)
                    .setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 43)
                    .setOption(StandardSocketOptions.SO_LINGER, 44);
            assertEquals(true, socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
            assertEquals(41, socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
            assertEquals(42, socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
            assertEquals(43, socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
            assertEquals(44, socket.getSoLinger());
            assertThrows(SocketException.class, () -> socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 100_000));
            assertThrows(UnsupportedOperationException.class,
                    () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
            assertThrows(UnsupportedOperationException.class, () -> socket.setOption(UNKNOWN,
                    StandardProtocolFamily.INET));
        }
    }

    private static final SocketOption<StandardProtocolFamily> UNKNOWN = new SocketOption<>() {
        @Override
        public String name() {
            return "UNKNOWN";
        }

        @Override
        public Class<StandardProtocolFamily> type() {
            return StandardProtocolFamily.class;
        }
    };

    @EveryKind
    void aServerHasOptions(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.newServer();
            server.setReceiveBufferSize(90_000);
            assertTrue(server.getReceiveBufferSize() >= 90_000);
            server.setReuseAddress(true);
            assertTrue(server.getReuseAddress());
            server.setSoTimeout(56);
            assertEquals(56, server.getSoTimeout());
            assertTrue(server.supportedOptions().containsAll(Set.of(StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.SO_REUSEADDR)));
            server.bind(null);
            Socket client = sockets.connect(server);
            assertEquals(server.getLocalPort(), client.getPort());
            assertTrue(sockets.kept(server.accept()).getReceiveBufferSize() >= 90_000);
        }
    }

    @CulvertKind
    void thereIsNoUrgentData(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Socket client = sockets.ends().client();
            assertThrows(SocketException.class, () -> client.sendUrgentData(1));
        }
    }

    @CulvertKind
    void aFactorysOptionsAreThoseOfItsSockets(Kind kind) throws Exception {
        EventLoopGroup group = kind.newGroup(1);
        try (CulvertServerSocket server = new CulvertServerSocketFactory(group)
                .with(ChannelOption.SO_KEEPALIVE, true).with(ChannelOption.SO_LINGER, 0)
                .with(CulvertChannelOption.MSL_MILLIS, 50).createServerSocket(0)) {
            CulvertSocketFactory factory = new CulvertSocketFactory(group).with(ChannelOption.SO_RCVBUF, 123_456)
                    .with(CulvertChannelOption.MSL_MILLIS, 50);
            try (CulvertSocket client = factory.createSocket("localhost", server.getLocalPort());
                    CulvertSocket accepted = server.accept()) {
                assertEquals(123_456, client.getReceiveBufferSize());
                assertTrue(accepted.getKeepAlive());
                assertEquals(0, accepted.getSoLinger());
                assertEquals(ConnectionState.ESTABLISHED, client.info().state());
            }
            assertThrows(IllegalArgumentException.class, () -> factory.with(ChannelOption.AUTO_READ, true));
            assertThrows(IllegalArgumentException.class,
                    () -> factory.with(ChannelOption.valueOf("NO_SUCH_OPTION"), 1).createSocket().getSoTimeout());
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
