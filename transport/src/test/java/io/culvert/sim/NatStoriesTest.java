/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static io.culvert.CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER;
import static io.culvert.CulvertChannelOption.NAT_KEEPALIVE_SECONDS;
import static io.culvert.CulvertChannelOption.RENDEZVOUS;
import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.CharsetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions through NATs, in virtual time: RFC 4787, RFC 5128 3.3, RFC 8489. */
class NatStoriesTest {
    private static final Duration RTT = Duration.ofMillis(40);
    private static final Duration NAT_TIMEOUT = Duration.ofSeconds(30);
    private static final int KEEPALIVE_SECONDS = 20;

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final StateAudit audit = new StateAudit();
    private final List<Side> sides = new ArrayList<>();
    private final InetAddress outsideA = SimulatedNetwork.host("203.0.113.1");
    private final InetAddress outsideB = SimulatedNetwork.host("203.0.113.2");
    private final InetSocketAddress stun = new InetSocketAddress(SimulatedNetwork.host("198.51.100.1"), 3478);
    private final Side a = new Side("192.168.1.2", 5000);
    private final Side b = new Side("192.168.2.2", 7000);
    private Channel listening;
    private Channel stunServer;

    /** A host with one channel of ours, and what its application hears. */
    private final class Side extends ChannelInboundHandlerAdapter {
        final InetSocketAddress inside;
        final StunClient asking = new StunClient();
        final StringBuilder read = new StringBuilder();
        final List<Throwable> errors = new ArrayList<>();
        CulvertChannel channel;
        long activeNanos = -1;
        boolean inactive;

        Side(String host, int port) {
            inside = new InetSocketAddress(SimulatedNetwork.host(host), port);
            sides.add(this);
        }

        private Bootstrap bootstrap(int keepaliveSeconds) {
            return new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                    .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(inside.getAddress()))
                    .option(ChannelOption.ALLOCATOR, world.allocator())
                    .option(NAT_KEEPALIVE_SECONDS, keepaliveSeconds)
                    .option(SESSION_OBSERVER, audit)
                    .handler(this);
        }

        /** Binds for a rendezvous, and asks what that looks like outside. */
        InetSocketAddress binds(int keepaliveSeconds) {
            ChannelFuture bound = bootstrap(keepaliveSeconds).option(RENDEZVOUS, true)
                    .option(FOREIGN_DATAGRAM_HANDLER, asking).bind(inside);
            world.await(bound);
            channel = (CulvertChannel) bound.channel();
            return world.await(asking.ask(stun));
        }

        ChannelFuture connects(InetSocketAddress peer) {
            return channel.connect(peer);
        }

        /** An ordinary client. */
        void connects(InetSocketAddress server, int keepaliveSeconds) {
            ChannelFuture connected = bootstrap(keepaliveSeconds).connect(server, inside);
            world.await(connected);
            channel = (CulvertChannel) connected.channel();
        }

        void says(String text) {
            channel.writeAndFlush(ByteBufUtil.writeUtf8(world.allocator(), text));
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            activeNanos = world.nowNanos();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf text = (ByteBuf) message;
            read.append(text.toString(CharsetUtil.UTF_8));
            text.release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inactive = true;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            errors.add(cause);
        }
    }

    NatStoriesTest() {
        List<InetAddress> everywhere = List.of(
                a.inside.getAddress(), b.inside.getAddress(), outsideA, outsideB, stun.getAddress());
        for (InetAddress from : everywhere) {
            for (InetAddress to : everywhere) {
                world.network().path(from, to).delay(RTT.dividedBy(2));
            }
        }
        ChannelFuture bound = new Bootstrap().group(world.loop()).handler(new StunServer())
                .channelFactory(world.network().socketFactory(stun.getAddress())).bind(stun);
        world.await(bound);
        stunServer = bound.channel();
    }

    @AfterEach
    void nothingIsLeft() {
        for (Side side : sides) {
            if (side.channel != null) {
                side.channel.config().setSoLinger(0);
                side.channel.close();
            }
        }
        if (listening != null) {
            listening.close();
        }
        stunServer.close();
        world.runUntilQuiet(Duration.ofHours(2));
        assertEquals(List.of(), audit.faults());
        assertFalse(world.network().isAnySocketOpen());
        world.assertNoLeak();
        world.close();
    }

    private SimulatedNat nat(InetAddress outside, Side inside) {
        return world.network().nat(outside, inside.inside.getAddress()).timeout(NAT_TIMEOUT);
    }

    private void twoNats() {
        nat(outsideA, a);
        nat(outsideB, b);
    }

    private void talk() {
        a.says("from a");
        b.says("from b");
        world.runFor(Duration.ofSeconds(1));
        assertEquals("from b", a.read.toString());
        assertEquals("from a", b.read.toString());
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    @Test
    void twoBehindNatsLearnTheirAddressesAndMeet() {
        twoNats();
        InetSocketAddress ofA = a.binds(0);
        InetSocketAddress ofB = b.binds(0);
        assertEquals(outsideA, ofA.getAddress());
        assertEquals(outsideB, ofB.getAddress());
        ChannelFuture there = a.connects(ofB);
        ChannelFuture back = b.connects(ofA);
        world.await(there);
        world.await(back);
        assertEquals(ofB, a.channel.remoteAddress());
        assertEquals(a.inside, a.channel.localAddress());
        talk();
    }

    // the SYNs of who is early end at the other's NAT, and keep the way through his own open
    @Test
    void whoIsEarlyWaitsAndTheFirstSynOfWhoIsLateGetsThrough() {
        twoNats();
        InetSocketAddress ofA = a.binds(0);
        a.channel.config().setConnectTimeoutMillis(0);
        ChannelFuture early = a.connects(new InetSocketAddress(outsideB, 61001));
        world.runFor(NAT_TIMEOUT.multipliedBy(3));
        assertFalse(early.isDone());
        b.binds(0);
        long begunNanos = world.nowNanos();
        world.await(b.connects(ofA));
        world.await(early);
        // the SYN, the SYN,ACK of who waited, and the ACK that tells him
        assertEquals(seconds(RTT.toNanos()), seconds(b.activeNanos - begunNanos), 0.001);
        assertEquals(1.5 * seconds(RTT.toNanos()), seconds(a.activeNanos - begunNanos), 0.001);
        talk();
    }

    @Test
    void lostSynsAreNoObstacle() {
        twoNats();
        InetSocketAddress ofA = a.binds(0);
        InetSocketAddress ofB = b.binds(0);
        world.network().path(a.inside.getAddress(), outsideB).filter(DatagramFilter.dropFirst(2, segment -> true));
        world.network().path(b.inside.getAddress(), outsideA).filter(DatagramFilter.dropFirst(3, segment -> true));
        long begunNanos = world.nowNanos();
        ChannelFuture there = a.connects(ofB);
        world.await(b.connects(ofA));
        world.await(there);
        assertTrue(seconds(a.activeNanos - begunNanos) < 7);
        talk();
    }

    // the other's socket is bound, to ask a STUN server, and its carrier answers for nobody
    @Test
    void whoHasBoundAndNotBegunRefusesNothing() {
        a.binds(0);
        b.binds(0);
        ChannelFuture early = a.connects(b.inside);
        world.runFor(Duration.ofSeconds(5));
        assertFalse(early.isDone());
        assertTrue(a.channel.info().softErrors() >= 3);
        world.await(b.connects(a.inside));
        world.await(early);
        talk();
    }

    // RFC 5128 3.4: the other's SYNs come from a port that nobody could know of
    @Test
    void aSymmetricNatEndsInATimeoutAndNotInARefusal() {
        nat(outsideA, a);
        nat(outsideB, b).symmetric();
        InetSocketAddress ofA = a.binds(0);
        InetSocketAddress ofB = b.binds(0);
        ChannelFuture there = a.connects(ofB);
        ChannelFuture back = b.connects(ofA);
        world.runFor(Duration.ofSeconds(31));
        assertInstanceOf(ConnectTimeoutException.class, there.cause());
        assertInstanceOf(ConnectTimeoutException.class, back.cause());
    }

    @Test
    void aStrangerBehindASymmetricNatIsResetAndRefusesNothingEither() {
        nat(outsideB, b).symmetric();
        InetSocketAddress ofA = a.binds(0);
        InetSocketAddress ofB = b.binds(0);
        ChannelFuture there = a.connects(ofB);
        ChannelFuture back = b.connects(ofA);
        world.runFor(Duration.ofSeconds(29));
        assertFalse(there.isDone());
        assertFalse(back.isDone());
        assertTrue(b.channel.info().softErrors() >= 3);
        world.runFor(Duration.ofSeconds(2));
        assertInstanceOf(ConnectTimeoutException.class, back.cause());
    }

    // two behind one NAT that lets its own address in again (RFC 4787 REQ-9)
    @Test
    void twoBehindOneNatMeetOnItsOutside() {
        world.network().nat(outsideA, a.inside.getAddress(), b.inside.getAddress()).timeout(NAT_TIMEOUT);
        InetSocketAddress ofA = a.binds(0);
        InetSocketAddress ofB = b.binds(0);
        ChannelFuture there = a.connects(ofB);
        world.await(b.connects(ofA));
        world.await(there);
        talk();
    }

    // ---- mappings that are forgotten

    private SimulatedNat clientOfServer(int keepaliveSeconds) {
        SimulatedNat nat = nat(outsideA, a);
        listening = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(b.inside.getAddress()))
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .option(SESSION_OBSERVER, audit)
                .childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childHandler(new ChannelInitializer<CulvertChannel>() {
                    @Override
                    protected void initChannel(CulvertChannel accepted) {
                        b.channel = accepted;
                        accepted.pipeline().addLast(b);
                    }
                })
                .bind(b.inside).channel();
        a.connects(b.inside, keepaliveSeconds);
        a.says("hello");
        world.runFor(Duration.ofSeconds(1));
        assertEquals("hello", b.read.toString());
        return nat;
    }

    @Test
    void anIdleSessionSurvivesWithTheKeepaliveOfItsNat() {
        SimulatedNat nat = clientOfServer(KEEPALIVE_SECONDS);
        long sent = b.channel.info().segmentsSent();
        world.runFor(Duration.ofHours(10));
        assertEquals(sent, b.channel.info().segmentsSent());
        b.says("good morning");
        world.runFor(RTT);
        assertEquals("good morning", a.read.toString());
        a.says(" again");
        world.runFor(RTT);
        assertEquals("hello again", b.read.toString());
        assertEquals(1, nat.mappings());
    }

    @Test
    void withoutItTheNatForgetsAndNeitherSideReachesTheOther() {
        SimulatedNat nat = clientOfServer(0);
        world.runFor(NAT_TIMEOUT.plusSeconds(1));
        b.says("good morning");
        world.runFor(Duration.ofMinutes(1));
        assertEquals("", a.read.toString());
        // the client comes from another port now: a stranger to the server
        a.says(" again");
        world.runFor(Duration.ofSeconds(1));
        assertEquals(2, nat.mappings());
        assertEquals("hello", b.read.toString());
        assertTrue(a.inactive);
        assertEquals("Connection reset by peer", a.errors.get(0).getMessage());
    }

    @Test
    void theKeepaliveSwitchedOnLaterIsInTime() {
        clientOfServer(0);
        world.runFor(Duration.ofSeconds(10));
        a.channel.config().setOption(NAT_KEEPALIVE_SECONDS, KEEPALIVE_SECONDS);
        world.runFor(Duration.ofHours(1));
        b.says("good morning");
        world.runFor(RTT);
        assertEquals("good morning", a.read.toString());
    }

    @Test
    void twoThatMetKeepTheWayOpenFromBothSides() {
        twoNats();
        InetSocketAddress ofA = a.binds(KEEPALIVE_SECONDS);
        InetSocketAddress ofB = b.binds(KEEPALIVE_SECONDS);
        ChannelFuture there = a.connects(ofB);
        world.await(b.connects(ofA));
        world.await(there);
        world.runFor(Duration.ofHours(1));
        talk();
    }

    // the filter of B's NAT is opened by what B sends, so that A alone cannot keep it
    @Test
    void ofTwoThatMetEachHasToLookAfterItsOwnNat() {
        twoNats();
        InetSocketAddress ofA = a.binds(KEEPALIVE_SECONDS);
        InetSocketAddress ofB = b.binds(0);
        ChannelFuture there = a.connects(ofB);
        world.await(b.connects(ofA));
        world.await(there);
        world.runFor(Duration.ofHours(1));
        a.says("from a");
        world.runFor(Duration.ofSeconds(1));
        assertEquals("", b.read.toString());
    }
}
