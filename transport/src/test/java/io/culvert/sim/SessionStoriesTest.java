/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static io.culvert.CulvertChannelOption.SECRET_KEY;
import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.CulvertTimeoutException;
import io.culvert.listen.EndpointKeys;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Long and strange sessions, each a story of its own, in virtual time. */
class SessionStoriesTest {
    private static final int MIB = 1 << 20;

    private final InetAddress a = SimulatedNetwork.host("10.0.0.1");
    private final InetAddress b = SimulatedNetwork.host("10.0.0.2");
    private final InetSocketAddress left = new InetSocketAddress(a, 5000);
    private final InetSocketAddress right = new InetSocketAddress(b, 7000);
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final StateAudit audit = new StateAudit();
    private byte[] secret = new byte[EndpointKeys.SECRET_BYTES];
    private Channel listening;
    private StreamPeer client;
    private StreamPeer server;

    SessionStoriesTest() {
        world.network().between(a, b).delay(Duration.ofMillis(20));
    }

    @AfterEach
    void nothingIsLeft() {
        if (listening != null) {
            listening.close();
        }
        world.runUntilQuiet(Duration.ofHours(2));
        assertEquals(List.of(), audit.faults());
        assertEquals(List.of(), client.faultsOfAnyRun());
        assertEquals(List.of(), server.faultsOfAnyRun());
        assertFalse(world.network().isAnySocketOpen());
        world.assertNoLeak();
        world.close();
    }

    private static Scenario.Part part(int bytes, Scenario.Pause... pauses) {
        return new Scenario.Part(bytes, Math.max(1, Math.min(bytes, 64 * 1024)), Scenario.Pace.WHEN_TAKEN, true,
                List.of(pauses));
    }

    private void peers(Scenario.Part fromClient, Scenario.Part fromServer, int receiveBuffer) {
        Scenario.Side side = new Scenario.Side(true, true, true, Scenario.Controller.CUBIC, 0, 0, receiveBuffer, true,
                600);
        client = new StreamPeer(fromClient, side, fromServer.bytes(), 1, 2, this::closeWhenOver);
        server = new StreamPeer(fromServer, side, fromClient.bytes(), 2, 1, this::closeWhenOver);
    }

    /** Each side ends its output after its last byte, and closes when both directions are over. */
    private void closeWhenOver() {
        for (StreamPeer peer : List.of(client, server)) {
            if (peer.isWritten() && peer.delivered != null) {
                peer.shutdownOutput();
                if (peer.inputEnds > 0) {
                    peer.outputShutdown.addListener(future -> peer.close());
                }
            }
        }
    }

    private void listen(int receiveBuffer) {
        listening = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(b))
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .option(ChannelOption.SO_RCVBUF, receiveBuffer)
                .option(SECRET_KEY, secret)
                .option(SESSION_OBSERVER, audit)
                .childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.SO_LINGER, 600)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(server)
                .bind(right).channel();
    }

    private ChannelFuture connect(InetAddress host, InetSocketAddress from, InetSocketAddress to, StreamPeer peer) {
        return new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(host))
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .option(ChannelOption.SO_LINGER, 600)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(SECRET_KEY, secret)
                .option(SESSION_OBSERVER, audit)
                .handler(peer)
                .connect(to, from);
    }

    private void everythingArrives(Duration limit) {
        world.runUntil(() -> client.closedNanos >= 0 && server.closedNanos >= 0, limit);
        assertEquals(List.of(), client.faultsOfACleanRun());
        assertEquals(List.of(), server.faultsOfACleanRun());
    }

    private void talk(Scenario.Part fromClient, Scenario.Part fromServer, int receiveBuffer) {
        peers(fromClient, fromServer, receiveBuffer);
        listen(receiveBuffer);
        connect(a, left, right, client);
    }

    @Test
    void bothSidesConnectAtOnceAndHaveOneSession() {
        world.network().icmp(false);
        peers(part(30_000), part(20_000), 0);
        ChannelFuture there = connect(a, left, right, client);
        ChannelFuture back = connect(b, right, left, server);
        world.await(there);
        world.await(back);
        everythingArrives(Duration.ofMinutes(5));
        assertTrue(audit.moves(left, right).toString().contains("SYN_SENT SYN -> SYN_RECEIVED"));
        assertTrue(audit.moves(right, left).toString().contains("SYN_SENT SYN -> SYN_RECEIVED"));
    }

    @Test
    void bothSidesConnectAtOnceThoughTheFirstSynIsLost() {
        world.network().icmp(false);
        world.network().path(a, b).filter(DatagramFilter.dropFirst(2, segment -> true));
        peers(part(3000), part(2000), 0);
        connect(a, left, right, client);
        connect(b, right, left, server);
        everythingArrives(Duration.ofMinutes(5));
    }

    @Test
    void aBlackoutOfAMinuteIsSurvived() {
        world.network().between(a, b).rate(1_000_000, 30_000)
                .blackout(Duration.ofSeconds(2), Duration.ofSeconds(62));
        talk(part(MIB / 2), part(MIB / 2), 128 * 1024);
        everythingArrives(Duration.ofMinutes(10));
        assertTrue(world.nowNanos() > Duration.ofSeconds(62).toNanos());
    }

    @Test
    void aDirectionThatDiesEndsInAnErrorThatSaysSo() {
        talk(part(MIB), part(0), 128 * 1024);
        world.runUntil(() -> server.received > 100_000, Duration.ofMinutes(1));
        world.network().path(b, a).down();
        world.runUntil(() -> client.closedNanos >= 0, Duration.ofHours(1));
        assertEquals(1, client.exceptions.size());
        assertInstanceOf(CulvertTimeoutException.class, client.exceptions.get(0));
        assertTrue(client.exceptions.get(0).getMessage().contains("timed out"));
        assertTrue(client.delivered == null || !client.delivered.isSuccess());
        world.runUntil(() -> server.closedNanos >= 0, Duration.ofHours(1));
        assertEquals(1, server.exceptions.size());
    }

    @Test
    void aReaderThatSleepsTenMinutesLosesNothing() {
        talk(part(MIB), part(0, new Scenario.Pause(0, 600_000)), 16 * 1024);
        world.runFor(Duration.ofSeconds(599));
        assertTrue(server.received < 64 * 1024);
        assertTrue(server.channel.info().receiveQueueBytes() <= 20 * 1024, server::toString);
        everythingArrives(Duration.ofMinutes(30));
    }

    @Test
    void aMebibyteGoesThroughAWindowOfOneSegment() {
        talk(part(MIB), part(0), 1460);
        everythingArrives(Duration.ofHours(1));
    }

    @Test
    void sequenceNumbersWrapOnTheWay() {
        int iss;
        long key = 0;
        do {
            secret = ByteBuffer.allocate(EndpointKeys.SECRET_BYTES).putLong(++key).array();
            iss = EndpointKeys.of(secret).initialSequenceNumber(left, right, 0);
        } while (iss >= 0 || iss < -2 * MIB);
        talk(part(4 * MIB), part(1000), 128 * 1024);
        everythingArrives(Duration.ofMinutes(10));
        int first = audit.moves(left, right).get(0).iss();
        assertEquals(iss, first);
        assertTrue(first < 0 && first + 4 * MIB > 0);
    }
}
