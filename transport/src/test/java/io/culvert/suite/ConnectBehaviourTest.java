/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.failure;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.state.ConnectionState;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Binding and connecting, and what fails there. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectBehaviourTest {
    private static final int SHORT_MILLIS = 100;

    @EverySetting
    void addressesAreConcreteAndMatchAtBothEnds(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            assertEquals(setting.loopback().address(), pair.client().localAddress().getAddress());
            assertEquals(pair.client().localAddress(), pair.server().remoteAddress());
            assertEquals(pair.client().remoteAddress(), pair.server().localAddress());
            assertEquals(pair.listener().localAddress(), pair.client().remoteAddress());
            assertNull(pair.listener().remoteAddress());
            assertSame(pair.listener(), pair.server().parent());
            assertNull(pair.client().parent());
        }
    }

    @EverySetting
    void hasNoAddressesAndNoInfoBeforeItConnects(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertChannel channel = register(world);
            assertNull(channel.localAddress());
            assertNull(channel.remoteAddress());
            assertNull(channel.info());
            assertTrue(channel.isOpen());
            assertFalse(channel.isActive());
            finished(channel.close());
        }
    }

    @EverySetting
    void activatesOnceAtEachEnd(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            pair.atServer().awaitBytes(1);
            assertEquals(List.of(Recorder.ACTIVE), pair.atClient().events());
            assertEquals(List.of(Recorder.ACTIVE), pair.atServer().events());
            assertTrue(pair.client().isActive());
            assertTrue(pair.server().isActive());
        }
    }

    @EverySetting
    void connectsFromAGivenLocalAddress(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertServerChannel listener = world.bind(world.server(new Recorder()));
            InetSocketAddress local;
            try (DatagramSocket free = new DatagramSocket(world.anyPort())) {
                local = (InetSocketAddress) free.getLocalSocketAddress();
            }
            ChannelFuture connect = world.client(new Recorder()).connect(listener.localAddress(), local);
            assertEquals(local, finished(connect).channel().localAddress());
        }
    }

    // RFC 4291 2.5.5.2
    @ParameterizedTest
    @EnumSource(Io.class)
    void anIpv4MappedAddressIsTheIpv4Address(Io io) throws Exception {
        try (SocketWorld world = new SocketWorld(new Setting(io, Loopback.IPV4))) {
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = (CulvertServerChannel) finished(
                    world.server(accepted).bind(mapped(world.anyPort()))).channel();
            InetSocketAddress address = listener.localAddress();
            assertEquals(world.anyPort().getAddress(), address.getAddress());
            for (InetSocketAddress remote : new InetSocketAddress[] {mapped(address), address}) {
                CulvertChannel client =
                        (CulvertChannel) finished(world.client(new Recorder()).connect(remote)).channel();
                Recorder atServer = accepted.next();
                finished(client.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
                atServer.awaitBytes(1);
                assertEquals(address, client.remoteAddress());
                assertEquals(address, atServer.channel().localAddress());
                assertEquals(client.localAddress(), atServer.channel().remoteAddress());
            }
        }
    }

    static InetSocketAddress mapped(InetSocketAddress ipv4) throws Exception {
        byte[] address = new byte[16];
        address[10] = (byte) 0xff;
        address[11] = (byte) 0xff;
        System.arraycopy(ipv4.getAddress().getAddress(), 0, address, 12, 4);
        return new InetSocketAddress(Inet6Address.getByAddress(null, address, -1), ipv4.getPort());
    }

    @EverySetting
    void connectIsRefusedWhereNoSocketIsBound(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            InetSocketAddress unbound;
            try (DatagramSocket closing = new DatagramSocket(world.anyPort())) {
                unbound = (InetSocketAddress) closing.getLocalSocketAddress();
            }
            assertRefused(world.client(new Recorder()).connect(unbound));
        }
    }

    @EverySetting
    void connectIsRefusedByASocketThatDoesNotListen(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.listener().close());
            assertRefused(world.client(new Recorder()).connect(pair.client().remoteAddress()));
            assertTrue(pair.client().isActive());
        }
    }

    private static void assertRefused(ChannelFuture connect) throws Exception {
        Throwable cause = failure(connect);
        assertInstanceOf(ConnectException.class, cause);
        assertTrue(cause.getMessage().startsWith("Connection refused"), cause.getMessage());
        finished(connect.channel().closeFuture());
        assertFalse(connect.channel().isOpen());
    }

    @EverySetting
    void connectTimesOutWhenNobodyAnswers(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting);
                DatagramSocket silent = new DatagramSocket(world.anyPort())) {
            Recorder recorder = new Recorder();
            ChannelFuture connect = world.client(recorder)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, SHORT_MILLIS)
                    .connect(silent.getLocalSocketAddress());
            assertInstanceOf(ConnectTimeoutException.class, failure(connect));
            finished(connect.channel().closeFuture());
            assertEquals(List.of(), recorder.events());
        }
    }

    @EverySetting
    void cancellingAConnectClosesTheChannel(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting);
                DatagramSocket silent = new DatagramSocket(world.anyPort())) {
            Recorder recorder = new Recorder();
            ChannelFuture connect = world.client(recorder).connect(silent.getLocalSocketAddress());
            assertTrue(connect.cancel(false));
            finished(connect.channel().closeFuture());
            assertTrue(connect.isCancelled());
            assertEquals(List.of(), recorder.events());
        }
    }

    @EverySetting
    void aSecondConnectIsRefusedWhileTheFirstIsPendingAndAfterIt(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting);
                DatagramSocket silent = new DatagramSocket(world.anyPort())) {
            ChannelFuture pending = world.client(new Recorder()).connect(silent.getLocalSocketAddress());
            eventually(() -> assertEquals(ConnectionState.SYN_SENT, state(pending)));
            assertInstanceOf(ConnectionPendingException.class,
                    failure(pending.channel().connect(silent.getLocalSocketAddress())));
            finished(pending.channel().close());
            assertInstanceOf(ClosedChannelException.class, failure(pending));

            Pair pair = world.pair();
            assertInstanceOf(AlreadyConnectedException.class,
                    failure(pair.client().connect(pair.listener().localAddress())));
            assertTrue(pair.client().isActive());
        }
    }

    private static ConnectionState state(ChannelFuture connect) {
        SessionInfo info = ((CulvertChannel) connect.channel()).info();
        return info == null ? null : info.state();
    }

    @EverySetting
    void aWriteBeforeConnectFails(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertChannel channel = register(world);
            ChannelFuture write = channel.writeAndFlush(world.allocator().buffer().writeInt(1));
            assertInstanceOf(NotYetConnectedException.class, failure(write));
            finished(channel.close());
        }
    }

    @EverySetting
    void aSecondBindOfThePortIsRefused(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertServerChannel listener = world.bind(world.server(new Recorder()));
            ChannelFuture second = world.server(new Recorder()).bind(listener.localAddress());
            assertInstanceOf(BindException.class, failure(second));
            finished(second.channel().closeFuture());
            ChannelFuture reusing = world.server(new Recorder()).option(ChannelOption.SO_REUSEADDR, true)
                    .bind(listener.localAddress());
            assertInstanceOf(BindException.class, failure(reusing));
        }
    }

    @EverySetting
    void aClosedServerFreesItsPort(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertServerChannel listener = world.bind(world.server(new Recorder()));
            assertTrue(listener.isActive());
            assertNotEquals(0, listener.localAddress().getPort());
            finished(listener.close());
            assertFalse(listener.isActive());
            assertFalse(listener.isOpen());
            // a socket goes with the next turn of its event loop, but for epoll
            eventually(() -> assertDoesNotThrow(
                    () -> finished(world.server(new Recorder()).bind(listener.localAddress()))));
        }
    }

    @EverySetting
    void infoIsPlausible(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[5000])));
            finished(pair.client().delivered());
            SessionInfo client = pair.client().info();
            SessionInfo server = pair.server().info();
            assertEquals(ConnectionState.ESTABLISHED, client.state());
            assertEquals(ConnectionState.ESTABLISHED, server.state());
            assertEquals(pair.client().localAddress(), client.localAddress());
            assertEquals(pair.client().remoteAddress(), client.remoteAddress());
            // a machine that stands still for a while may see the tail probed
            assertTrue(client.bytesSent() == 5000 || client.tailLossProbes() > 0, client::toString);
            assertEquals(5000, server.bytesReceived());
            assertEquals(0, client.flightBytes());
            assertEquals(0, client.sendQueueBytes());
            assertTrue(client.minRttNanos() > 0 && client.minRttNanos() <= client.smoothedRttNanos(),
                    client::toString);
            assertTrue(client.rtoNanos() >= 200_000_000 && client.rtoNanos() < 5_000_000_000L, client::toString);
            assertTrue(client.congestionWindowBytes() >= 2L * client.segmentBytes(), client::toString);
            assertTrue(client.segmentBytes() < client.mtu(), client::toString);
            assertTrue(client.segmentsSent() >= 3 && client.segmentsReceived() >= 2, client::toString);
            assertTrue(client.peerWindowBytes() > 0 && server.receiveWindowBytes() > 0, client::toString);
        }
    }

    private static CulvertChannel register(SocketWorld world) throws Exception {
        return (CulvertChannel) finished(world.client(new Recorder()).register()).channel();
    }
}
