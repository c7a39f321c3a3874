/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.PATIENCE_SECONDS;
import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.state.ConnectionState;
import io.netty.buffer.Unpooled;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses with a scope, and routes that come and go, between two namespaces. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VethAddressTest {
    private static final int MTU = 1500;
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final int RTO_MIN_MILLIS = 50;
    /** More than a socket in TIME-WAIT is left alone. */
    private static final int QUIET_MILLIS = 1500;
    private static final int MSL_MILLIS = 30_000;
    /** Each is refused with an error of its own: EHOSTUNREACH, EACCES, EINVAL. */
    private static final List<String> REFUSALS = List.of("unreachable", "prohibit", "blackhole");

    /** What is done with a session that echoes. */
    private interface Story {
        void with(CulvertChannel channel, Recorder recorder) throws Exception;
    }

    private static void connected(VethLink link, SocketWorld world, Io io, String bindThere, InetAddress address,
            Story story) throws Exception {
        Process server = link.startThere(EchoProgram.class, io.name(), bindThere, "" + MTU);
        try {
            int port = Integer.parseInt(server.inputReader().readLine());
            Recorder recorder = new Recorder();
            CulvertChannel channel = (CulvertChannel) finished(world.client(recorder)
                    .option(CulvertChannelOption.RTO_MIN_MILLIS, RTO_MIN_MILLIS)
                    .connect(new InetSocketAddress(address, port))).channel();
            story.with(channel, recorder);
        } finally {
            server.getOutputStream().close();
            server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    // RFC 4007 6: a link-local address means nothing without its zone
    @ParameterizedTest
    @EnumSource(Io.class)
    void linkLocalAddressesKeepTheirScope(Io io) throws Exception {
        try (VethLink link = VethLink.lay(MTU, MTU); SocketWorld world = new SocketWorld(
                new Setting(io, Loopback.IPV6))) {
            InetAddress there = link.linkLocalSeenFromHere();
            connected(link, world, io, link.linkLocalSeenFromThere(), there, (channel, recorder) -> {
                finished(channel.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                recorder.awaitBytes(SOME.length);
                recorder.assertReceived(SOME);
                int scope = ((Inet6Address) there).getScopeId();
                assertEquals(scope, NetworkInterface.getByInetAddress(
                        channel.localAddress().getAddress()).getIndex());
                assertEquals(scope, ((Inet6Address) channel.localAddress().getAddress()).getScopeId());
                assertEquals(there, channel.remoteAddress().getAddress());
                assertEquals(scope, ((Inet6Address) channel.remoteAddress().getAddress()).getScopeId());
            });
        }
    }

    // a socket keeps its address, and one that the host has lost is no way to a peer
    @ParameterizedTest
    @EnumSource(Io.class)
    void aSocketInTimeWaitWhoseAddressIsGoneServesNobody(Io io) throws Exception {
        try (VethLink link = VethLink.lay(MTU, MTU); SocketWorld world = new SocketWorld(
                new Setting(io, Loopback.IPV4))) {
            InetAddress there = link.addressThere(Loopback.IPV4);
            connected(link, world, io, there.getHostAddress(), there, (channel, recorder) -> {
                channel.config().setOption(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS);
                finished(channel.close());
                eventually(() -> assertEquals(ConnectionState.TIME_WAIT, channel.info().state()));
                finished(channel.eventLoop().schedule(() -> { }, QUIET_MILLIS, TimeUnit.MILLISECONDS));
                InetAddress here = link.moveHere();
                CulvertChannel next = (CulvertChannel) finished(world.client(new Recorder())
                        .clone(channel.eventLoop()).connect(channel.remoteAddress())).channel();
                assertEquals(here, next.localAddress().getAddress());
                finished(next.close());
            });
        }
    }

    static Stream<Setting> everyLoop() {
        return Stream.of(Io.values()).map(io -> new Setting(io,
                Loopback.values()[io.ordinal() % Loopback.values().length]));
    }

    // RFC 1122 4.2.3.9: an error that says that there is no way at the moment must not end a session
    @ParameterizedTest(name = "{0}")
    @MethodSource("everyLoop")
    void datagramsThatTheHostRefusesAreSentAgain(Setting setting) throws Exception {
        try (VethLink link = VethLink.lay(MTU, MTU); SocketWorld world = new SocketWorld(setting)) {
            InetAddress there = link.addressThere(setting.loopback());
            connected(link, world, setting.io(), there.getHostAddress(), there, (channel, recorder) -> {
                for (int i = 0; i < REFUSALS.size(); i++) {
                    long errors = channel.info().softErrors();
                    link.refuse(REFUSALS.get(i), there);
                    finished(channel.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                    eventually(() -> assertTrue(channel.info().softErrors() > errors, channel.info()::toString));
                    link.refuseNoMore(REFUSALS.get(i), there);
                    finished(channel.delivered());
                    recorder.awaitBytes((i + 1) * SOME.length);
                }
                assertEquals(List.of(Recorder.ACTIVE), recorder.events());
            });
        }
    }
}
