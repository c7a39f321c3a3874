/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.sim.StunClient;
import io.culvert.sim.StunServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rendezvous, and foreign datagrams beside sessions, on real sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RendezvousBehaviourTest {
    private static final int CONNECT_MILLIS = 700;

    private static Bootstrap side(SocketWorld world, Recorder recorder) {
        return world.client(recorder).option(CulvertChannelOption.RENDEZVOUS, true);
    }

    private static CulvertChannel bound(SocketWorld world, Bootstrap side, InetSocketAddress local) throws Exception {
        CulvertChannel channel = (CulvertChannel) finished(side.bind(local)).channel();
        world.resetAtEnd(channel);
        return channel;
    }

    private static void talk(SocketWorld world, CulvertChannel a, Recorder ofA, CulvertChannel b, Recorder ofB)
            throws Exception {
        finished(a.writeAndFlush(ByteBufUtil.writeUtf8(world.allocator(), "from a")));
        finished(b.writeAndFlush(ByteBufUtil.writeUtf8(world.allocator(), "from b")));
        ofA.awaitBytes("from b".length());
        ofA.assertReceived("from b".getBytes(StandardCharsets.US_ASCII));
        ofB.awaitBytes("from a".length());
        ofB.assertReceived("from a".getBytes(StandardCharsets.US_ASCII));
    }

    @EverySetting
    void bothConnectAndOneSessionComesOfIt(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Recorder ofA = new Recorder();
            Recorder ofB = new Recorder();
            CulvertChannel a = bound(world, side(world, ofA), world.anyPort());
            CulvertChannel b = bound(world, side(world, ofB), world.anyPort());
            InetSocketAddress addressOfA = a.localAddress();
            ChannelFuture there = a.connect(b.localAddress());
            finished(b.connect(addressOfA));
            finished(there);
            assertEquals(addressOfA, b.remoteAddress());
            talk(world, a, ofA, b, ofB);
        }
    }

    // RFC 4291 2.5.5.2: the socket names who answers by the IPv4 address
    @ParameterizedTest
    @EnumSource(Io.class)
    void anIpv4MappedAddressIsTheIpv4Address(Io io) throws Exception {
        try (SocketWorld world = new SocketWorld(new Setting(io, Loopback.IPV4))) {
            Recorder ofA = new Recorder();
            Recorder ofB = new Recorder();
            CulvertChannel a = bound(world, side(world, ofA), world.anyPort());
            CulvertChannel b = bound(world, side(world, ofB), world.anyPort());
            InetSocketAddress addressOfA = a.localAddress();
            ChannelFuture there = a.connect(ConnectBehaviourTest.mapped(b.localAddress()));
            finished(b.connect(ConnectBehaviourTest.mapped(addressOfA)));
            finished(there);
            assertEquals(addressOfA, b.remoteAddress());
            talk(world, a, ofA, b, ofB);
        }
    }

    @EverySetting
    void anAddressIsLearntOnThePortThatThenMeets(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            StunClient asking = new StunClient();
            Recorder ofServer = new Recorder();
            // a server answers who asks, and goes on serving
            InetSocketAddress stun = world.bind(world.server(ofServer)
                    .option(CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER, new StunServer())).localAddress();
            Recorder ofA = new Recorder();
            Recorder ofB = new Recorder();
            CulvertChannel a = bound(world, side(world, ofA)
                    .option(CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER, asking), world.anyPort());
            assertEquals(a.localAddress(), finished(asking.ask(stun)).getNow());
            CulvertChannel b = bound(world, side(world, ofB), world.anyPort());
            ChannelFuture there = a.connect(b.localAddress());
            finished(b.connect(a.localAddress()));
            finished(there);
            assertEquals(a.localAddress(), finished(asking.ask(stun)).getNow());
            talk(world, a, ofA, b, ofB);
        }
    }

    @EverySetting
    void aClientAsksItsServerOnItsConnectedSocketToo(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            StunClient asking = new StunClient();
            Pair pair = world.pairWith().listener(CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER, new StunServer())
                    .client(CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER, asking).open();
            assertEquals(pair.client().localAddress(),
                    finished(asking.ask(pair.listener().localAddress())).getNow());
        }
    }

    /** Nobody is bound to the peer's port: the kernel says so by ICMP, which a socket not connected does not hear. */
    @EverySetting
    void nobodyThereIsATimeout(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertChannel gone = bound(world, side(world, new Recorder()), world.anyPort());
            InetSocketAddress nobody = gone.localAddress();
            finished(gone.close());
            CulvertChannel channel = bound(world, side(world, new Recorder())
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS), world.anyPort());
            assertInstanceOf(ConnectTimeoutException.class, SocketWorld.failure(channel.connect(nobody)));
        }
    }

    @EverySetting
    void whoHasBoundAndNotBegunRefusesNothing(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Recorder ofA = new Recorder();
            Recorder ofB = new Recorder();
            CulvertChannel a = bound(world, side(world, ofA), world.anyPort());
            CulvertChannel b = bound(world, side(world, ofB), world.anyPort());
            ChannelFuture early = a.connect(b.localAddress());
            eventually(() -> assertTrue(a.info() != null && a.info().softErrors() >= 2));
            assertFalse(early.isDone());
            finished(b.connect(a.localAddress()));
            finished(early);
            talk(world, a, ofA, b, ofB);
        }
    }

    @EverySetting
    void aSocketOnAnyAddressHasTheOneThatLeadsToThePeer(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            InetAddress any = InetAddress.getByName(setting.loopback() == Loopback.IPV4 ? "0.0.0.0" : "::");
            Recorder ofA = new Recorder();
            Recorder ofB = new Recorder();
            CulvertChannel a = bound(world, side(world, ofA), new InetSocketAddress(any, 0));
            CulvertChannel b = bound(world, side(world, ofB), world.anyPort());
            InetSocketAddress seen = new InetSocketAddress(setting.loopback().address(), a.localAddress().getPort());
            ChannelFuture there = a.connect(b.localAddress());
            finished(b.connect(seen));
            finished(there);
            assertEquals(setting.loopback().address(), a.localAddress().getAddress());
            talk(world, a, ofA, b, ofB);
        }
    }
}
