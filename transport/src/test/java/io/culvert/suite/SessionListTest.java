/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.Culvert;
import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.observe.SessionSummary;
import io.culvert.state.ConnectionState;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The list of sessions, and what one says of itself. */
class SessionListTest {
    private static final Setting NIO = new Setting(Io.NIO, Loopback.IPV4);
    /** More than a loop looks at in one go. */
    private static final int MANY = 1100;

    @EverySetting
    void aServerListsSessionsInEveryState(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = world.bind(world.server(accepted)
                    .childOption(ChannelOption.AUTO_READ, false));
            CulvertChannel open = world.connect(new ChannelInboundHandlerAdapter(), listener);
            accepted.next();
            SocketWorld.finished(open.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000])));
            SocketWorld.finished(open.delivered());
            try (RawPeer halfOpen = new RawPeer(listener.localAddress());
                    RawPeer resting = new RawPeer(listener.localAddress())) {
                halfOpen.opensHalf();
                resting.opensHalf();
                resting.opensFullyWith(new byte[0]);
                accepted.next().channel().shutdownOutput();
                resting.closesAfterTheServer();
                List<SessionSummary> list = SocketWorld.finished(listener.sessions()).getNow();
                assertEquals(List.of(ConnectionState.SYN_RECEIVED, ConnectionState.ESTABLISHED,
                        ConnectionState.TIME_WAIT), list.stream().map(SessionSummary::state).sorted().toList());
                for (SessionSummary each : list) {
                    assertEquals(listener.localAddress(), each.localAddress());
                    assertEquals(switch (each.state()) {
                        case SYN_RECEIVED -> "retransmit";
                        case TIME_WAIT -> "time-wait";
                        default -> "";
                    }, each.timer());
                }
                SessionSummary established = in(list, ConnectionState.ESTABLISHED);
                assertEquals(open.localAddress(), established.remoteAddress());
                assertEquals(1000, established.receiveQueueBytes());
                assertEquals(1000, established.bytesReceived());
                assertTrue(in(list, ConnectionState.TIME_WAIT).timerNanos() > 0);
            }
        }
    }

    private static SessionSummary in(List<SessionSummary> list, ConnectionState state) {
        return list.stream().filter(each -> each.state() == state).findFirst().orElseThrow();
    }

    @Test
    void aGroupListsBothEndsOfManySessions() throws Exception {
        try (SocketWorld world = new SocketWorld(NIO)) {
            CulvertServerChannel listener = world.bind(world.server(new ChannelInboundHandlerAdapter())
                    .option(ChannelOption.SO_BACKLOG, 2 * MANY));
            List<RawPeer> peers = new ArrayList<>();
            try {
                for (int i = 0; i < MANY; i++) {
                    RawPeer peer = new RawPeer(listener.localAddress());
                    peers.add(peer);
                    peer.opensHalf();
                }
                CulvertChannel client = world.connect(new ChannelInboundHandlerAdapter(), listener);
                SocketWorld.eventually(() -> {
                    var states = new TreeMap<ConnectionState, Integer>();
                    for (SessionSummary each : SocketWorld.finished(Culvert.sessions(world.group())).getNow()) {
                        states.merge(each.state(), 1, Integer::sum);
                    }
                    assertEquals(MANY, states.get(ConnectionState.SYN_RECEIVED));
                    assertEquals(2, states.get(ConnectionState.ESTABLISHED));
                });
                assertEquals(MANY, listener.info().halfOpen());
                client.close();
            } finally {
                peers.forEach(RawPeer::close);
            }
        }
    }

    @Test
    void aGroupThatHasEndedListsNothing() throws Exception {
        SocketWorld world = new SocketWorld(NIO);
        CulvertServerChannel listener = world.bind(world.server(new ChannelInboundHandlerAdapter()));
        world.close();
        assertEquals(List.of(), SocketWorld.finished(listener.sessions()).getNow());
        assertEquals(List.of(), SocketWorld.finished(Culvert.sessions(world.group())).getNow());
    }

    @Test
    void anUnboundServerListsNothing() {
        assertEquals(List.of(), new CulvertServerChannel().sessions().getNow());
    }

    @Test
    void aLineOfTheListStandsUnderItsHeading() throws Exception {
        try (SocketWorld world = new SocketWorld(NIO)) {
            Pair pair = world.pair();
            SessionSummary summary = SocketWorld.finished(pair.listener().sessions()).getNow().get(0);
            String heading = SessionSummary.heading();
            String line = summary.toString();
            assertTrue(line.startsWith("ESTABLISHED "), line);
            int port = pair.client().localAddress().getPort();
            assertEquals("127.0.0.1:" + port, line.substring(heading.indexOf("Peer")).split(" ")[0]);
        }
    }

    @EverySetting
    void aSessionSaysWhatSsWouldSay(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            SocketWorld.finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[100_000])));
            SocketWorld.finished(pair.client().delivered());
            pair.atServer().awaitBytes(100_000);
            SessionInfo client = pair.client().info();
            SessionInfo server = pair.server().info();
            assertTrue(server.passive() && !client.passive());
            assertTrue(client.timestamps() && client.selectiveAcknowledgments());
            assertEquals(client.sendWindowScale(), server.receiveWindowScale());
            assertEquals("cubic", client.congestionControl());
            assertEquals(SessionInfo.RecoveryState.OPEN, client.recovery());
            assertEquals(100_000, client.bytesAcknowledged());
            assertEquals(client.bytesSent() - 100_000, client.bytesRetransmitted());
            assertEquals(0, client.notSentBytes());
            assertTrue(client.deliveryRate() >= 0 && client.ageNanos() > client.sinceSentNanos(), client::toString);
            assertTrue(server.sinceReceivedNanos() < server.ageNanos(), server::toString);
            String line = server.toString();
            assertTrue(line.startsWith("ESTABLISHED 0 0 "), line);
            assertTrue(line.contains(" ts sack cubic wscale:"), line);
            assertTrue(line.contains(" bytes_received:100000 "), line);
            assertTrue(line.contains(" rtt:") && !line.contains(" lost:"), line);
        }
    }
}
