/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static io.culvert.CulvertChannelOption.INTERFACE_MTU;
import static io.culvert.CulvertChannelOption.SECRET_KEY;
import static io.culvert.CulvertChannelOption.TCP_SACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths of all widths, and what discovery of their MTU makes of them. No path here says a word: there is no ICMP. */
class PathMtuStoriesTest {
    private static final int MIB = 1 << 20;
    private static final int BUFFER_BYTES = 4 * MIB;
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** A client that sends a stream, and now and then a server that answers with one. */
    private static final class Story implements AutoCloseable {
        private final SimulatedWorld world;
        private final InetAddress a = SimulatedNetwork.host("10.0.0.1");
        private final InetAddress b = SimulatedNetwork.host("10.0.0.2");
        private final InetSocketAddress right = new InetSocketAddress(b, 7000);
        private Channel listening;
        private StreamPeer client;
        private StreamPeer server;
        private List<Scenario.Pause> readerSleeps = List.of();

        private Story(long seed, int delayMillis) {
            world = new SimulatedWorld(seed);
            world.network().between(a, b).delay(Duration.ofMillis(delayMillis));
        }

        private PathPair path() {
            return world.network().between(a, b);
        }

        private static Scenario.Part part(int bytes, List<Scenario.Pause> pauses) {
            return new Scenario.Part(bytes, Math.max(1, Math.min(bytes, 64 * 1024)), Scenario.Pace.WHEN_TAKEN, true,
                    pauses);
        }

        private Story talk(int interfaceMtu, boolean sack, int fromClient, int fromServer) {
            Scenario.Side side = new Scenario.Side(true, true, sack, Scenario.Controller.CUBIC, 0, 0, BUFFER_BYTES,
                    true, 600);
            client = new StreamPeer(part(fromClient, List.of()), side, fromServer, 1, 2, this::closeWhenOver);
            server = new StreamPeer(part(fromServer, readerSleeps), side, fromClient, 2, 1, this::closeWhenOver);
            listening = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                    .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(b))
                    .option(ChannelOption.ALLOCATOR, world.allocator())
                    .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
                    .option(INTERFACE_MTU, interfaceMtu)
                    .option(TCP_SACK, sack)
                    .option(SECRET_KEY, new byte[16])
                    .childOption(ChannelOption.ALLOCATOR, world.allocator())
                    .childOption(ChannelOption.SO_SNDBUF, BUFFER_BYTES)
                    .childOption(ChannelOption.SO_LINGER, 600)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childHandler(server).bind(right).channel();
            new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                    .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(a))
                    .option(ChannelOption.ALLOCATOR, world.allocator())
                    .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
                    .option(ChannelOption.SO_SNDBUF, BUFFER_BYTES)
                    .option(ChannelOption.SO_LINGER, 600)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .option(INTERFACE_MTU, interfaceMtu)
                    .option(TCP_SACK, sack)
                    .option(SECRET_KEY, new byte[16])
                    .handler(client).connect(right);
            return this;
        }

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

        private void until(IntPredicate received) {
            world.runUntil(() -> received.test(server.received), LIMIT);
        }

        /** Runs to the end of the streams; gives how long that took. */
        private Duration everythingArrives() {
            long begin = world.nowNanos();
            world.runUntil(() -> server.hasAll() && client.hasAll(), LIMIT);
            return Duration.ofNanos(world.nowNanos() - begin);
        }

        private SessionInfo atClient() {
            return client.channel.info();
        }

        private SessionInfo atServer() {
            return server.channel.info();
        }

        @Override
        public void close() {
            world.runUntil(() -> client.closedNanos >= 0 && server.closedNanos >= 0, LIMIT);
            assertEquals(List.of(), client.faultsOfACleanRun());
            assertEquals(List.of(), server.faultsOfACleanRun());
            listening.close();
            world.runUntilQuiet(Duration.ofHours(2));
            world.assertNoLeak();
            world.close();
        }
    }

    private static void assertBetween(int least, int most, int value, SessionInfo info) {
        assertTrue(value >= least && value <= most, () -> "not between " + least + " and " + most + ": " + info);
    }

    @ParameterizedTest
    @CsvSource({"9000, true", "9000, false", "65536, true", "65536, false", "4000, true"})
    void aPathAsWideAsItsInterfacesReachesItsFullSizeBothWays(int mtu, boolean sack) {
        try (Story story = new Story(1, 5)) {
            story.path().mtu(mtu);
            story.talk(mtu, sack, 8 * MIB, 8 * MIB);
            story.everythingArrives();
            for (SessionInfo info : List.of(story.atClient(), story.atServer())) {
                assertEquals(Math.min(65535, mtu), info.mtu());
                assertEquals(0, info.retransmissions(), info::toString);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1500, true", "1500, false", "2000, true", "4352, true", "9000, true"})
    void aPathNarrowerThanItsInterfacesIsMeasuredWithoutACongestionResponse(int mtu, boolean sack) {
        try (Story story = new Story(1, 5)) {
            story.path().mtu(mtu);
            story.talk(65536, sack, 32 * MIB, 0);
            story.everythingArrives();
            SessionInfo info = story.atClient();
            assertBetween(mtu - mtu / 32 - 1, mtu, info.mtu(), info);
            assertEquals(0, info.fastRecoveries(), info::toString);
            assertEquals(0, info.retransmissionTimeouts(), info::toString);
            assertEquals(Long.MAX_VALUE, info.slowStartThresholdBytes(), info::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, true", "1280, false", "1300, true", "1400, true", "1492, true", "1492, false"})
    void aPathNarrowerThanEthernetFromTheStartIsFound(int mtu, boolean sack) {
        try (Story story = new Story(1, 20)) {
            story.path().mtu(mtu);
            story.talk(1500, sack, 2 * MIB, 2 * MIB);
            Duration took = story.everythingArrives();
            for (SessionInfo info : List.of(story.atClient(), story.atServer())) {
                assertBetween(Math.min(1280, mtu - mtu / 32), mtu, info.mtu(), info);
            }
            assertTrue(took.toSeconds() < 60, took::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"9000, 1300, true", "9000, 1300, false", "1500, 1300, true", "1500, 1300, false", "9000, 1500, true"})
    void aPathThatBecomesNarrowerMidwayIsFoundWithinAFewTimeouts(int before, int after, boolean sack) {
        try (Story story = new Story(1, 20)) {
            story.path().mtu(before).rate(50_000_000, 200_000);
            story.talk(before, sack, 8 * MIB, 0);
            story.until(received -> received > 2 * MIB);
            long timeouts = story.atClient().retransmissionTimeouts();
            story.path().mtu(after);
            int reached = story.server.received;
            long begin = story.world.nowNanos();
            story.until(received -> received > reached + MIB);
            Duration took = Duration.ofNanos(story.world.nowNanos() - begin);
            long more = story.atClient().retransmissionTimeouts() - timeouts;
            assertTrue(more <= 6, () -> more + " timeouts: " + story.atClient());
            assertTrue(took.toSeconds() < 10, took::toString);
            story.everythingArrives();
            assertBetween(1200, after, story.atClient().mtu(), story.atClient());
        }
    }

    /** The reader sleeps while the time passes. */
    @Test
    void aPathThatBecomesWiderIsNoticedAfterTenMinutes() {
        try (Story story = new Story(1, 5)) {
            story.path().mtu(1500).rate(20_000_000, 200_000);
            story.readerSleeps = List.of(new Scenario.Pause(10_000, 605_000));
            story.talk(9000, true, 48 * MIB, 0);
            story.world.runFor(Duration.ofSeconds(20));
            assertBetween(1500, 1500, story.atClient().mtu(), story.atClient());
            story.path().mtu(9000);
            story.world.runFor(Duration.ofSeconds(580));
            assertBetween(1500, 1500, story.atClient().mtu(), story.atClient());
            story.everythingArrives();
            assertEquals(9000, story.atClient().mtu());
        }
    }

    /** What the path took before, it takes again: the first probe after a silence is of the old size. */
    @Test
    void anOutageOfHalfAMinuteCostsNoSizeForLong() {
        try (Story story = new Story(1, 20)) {
            story.path().mtu(9000).rate(20_000_000, 200_000);
            story.talk(9000, true, 16 * MIB, 0);
            story.until(received -> received > 4 * MIB);
            assertEquals(9000, story.atClient().mtu());
            story.path().down();
            story.world.runFor(Duration.ofSeconds(30));
            story.path().up();
            story.everythingArrives();
            assertEquals(9000, story.atClient().mtu());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fifteenPercentOfLossIsNoBlackHole(boolean sack) {
        for (long seed = 1; seed <= 60; seed++) {
            try (Story story = new Story(seed, 10)) {
                story.path().loss(0.15);
                story.talk(1500, sack, 300_000, 100_000);
                story.world.runUntil(() -> {
                    assertUntouched(story, story.client);
                    assertUntouched(story, story.server);
                    return story.server.hasAll() && story.client.hasAll();
                }, LIMIT);
            }
        }
    }

    private static void assertUntouched(Story story, StreamPeer peer) {
        SessionInfo info = peer.isOpen() ? peer.channel.info() : null;
        if (info != null && info.mtu() != 1500) {
            throw story.world.failure("fell back: " + info, null);
        }
    }

    /** A message at a time, each a full segment: no flight ever tells, and yet it gets through and is learned from. */
    @Test
    void aSessionThatSendsLittleSurvivesABlackHole() {
        try (Story story = new Story(1, 20)) {
            story.path().mtu(1300);
            story.talk(1500, true, 1460 * 20, 0);
            Duration took = story.everythingArrives();
            assertTrue(took.toSeconds() < 20, took::toString);
        }
    }
}
