/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.observe.CarrierIncident;
import io.culvert.observe.Incident;
import io.culvert.segment.MalformedReason;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What a Prometheus registry is told of real traffic, held against what sessions and servers say themselves. */
class MetricsTest {
    private static final int BYTES = 1_000_000;
    private static final int SESSIONS = 10;
    /** What fits an Ethernet, so that there are many, and some are lost. */
    private static final int SEGMENT_BYTES = 1448;
    private static final byte[] STRAY_ACK = {0x50, 0x10, 1, 0, 0, 0, 0, 1, 0, 0, 0, 2};

    @EverySetting
    void whatSessionsCountIsCountedOnce(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            PrometheusMeterRegistry registry = Scrape.registryOf(world.group());
            PairBuilder builder = world.pairWith();
            builder.both(CulvertChannelOption.RTO_MIN_MILLIS, 20);
            Pair pair = builder.client(CulvertChannelOption.TCP_MAXSEG, SEGMENT_BYTES)
                    .client(CulvertChannelOption.DATAGRAM_HANDLER, LossyPath.onEveryChannel(0.05, 1))
                    .listener(CulvertChannelOption.DATAGRAM_HANDLER, LossyPath.onEveryChannel(0.05, 2)).open();
            pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[BYTES]));
            pair.server().writeAndFlush(Unpooled.wrappedBuffer(new byte[BYTES]));
            SocketWorld.finished(pair.client().delivered());
            SocketWorld.finished(pair.server().delivered());
            pair.atServer().awaitBytes(BYTES);
            pair.atClient().awaitBytes(BYTES);
            SocketWorld.eventually(() -> assertAgreement(registry, pair));
            assertTrue(both(pair, SessionInfo::retransmissions) > 0, "nothing was lost");
            assertEquals(2, Scrape.of(registry).value("culvert_sessions{state=\"established\"}"));

            // closed sessions stay counted, and are in no state any more
            Map<String, Double> before = Scrape.of(registry).values();
            SocketWorld.finished(pair.client().close());
            SocketWorld.finished(pair.server().close());
            SocketWorld.eventually(() -> assertEquals(0, Scrape.of(registry).sum("culvert_sessions")));
            Map<String, Double> after = Scrape.of(registry).values();
            before.forEach((name, value) -> assertTrue(name.startsWith("culvert_sessions") || after.get(name) >= value,
                    () -> name + " was " + value + " and is " + after.get(name)));
        }
    }

    private static void assertAgreement(PrometheusMeterRegistry registry, Pair pair) {
        Scrape scrape = Scrape.of(registry);
        assertEquals(both(pair, SessionInfo::segmentsSent), scrape.value("culvert_segments_total{direction=\"sent\"}"));
        assertEquals(both(pair, SessionInfo::segmentsReceived),
                scrape.value("culvert_segments_total{direction=\"received\"}"));
        assertEquals(both(pair, SessionInfo::bytesSent),
                scrape.value("culvert_payload_bytes_total{direction=\"sent\"}"));
        assertEquals(both(pair, SessionInfo::bytesReceived),
                scrape.value("culvert_payload_bytes_total{direction=\"received\"}"));
        assertEquals(2L * BYTES, both(pair, SessionInfo::bytesReceived));
        assertEquals(2L * BYTES, both(pair, SessionInfo::bytesAcknowledged));
        // what was sent again, and nothing else, was sent more than once
        assertEquals(both(pair, info -> info.bytesSent() - info.bytesAcknowledged()),
                both(pair, SessionInfo::bytesRetransmitted));
        assertEquals(both(pair, SessionInfo::bytesRetransmitted),
                scrape.value("culvert_payload_retransmitted_bytes_total"));
        assertEquals(both(pair, SessionInfo::retransmissions), scrape.sum("culvert_retransmissions_total"));
        assertIncident(scrape, pair, Incident.RETRANSMITTED_ON_TIMEOUT, "culvert_retransmissions_total",
                "cause=\"timeout\"");
        assertIncident(scrape, pair, Incident.RETRANSMITTED_IN_RECOVERY, "culvert_retransmissions_total",
                "cause=\"fast-recovery\"");
        assertIncident(scrape, pair, Incident.RETRANSMITTED_AS_PROBE, "culvert_retransmissions_total",
                "cause=\"tail-loss-probe\"");
        assertIncident(scrape, pair, Incident.FAST_RECOVERY, "culvert_loss_events_total", "event=\"fast-recovery\"");
        assertIncident(scrape, pair, Incident.RETRANSMISSION_TIMEOUT, "culvert_loss_events_total",
                "event=\"timeout\"");
        assertIncident(scrape, pair, Incident.DUPLICATE, "culvert_dropped_total", "reason=\"duplicate\"");
        assertEquals(1, scrape.value("culvert_handshakes_total{result=\"opened\",side=\"active\"}"));
        assertEquals(1, scrape.value("culvert_handshakes_total{result=\"opened\",side=\"passive\"}"));
        assertEquals(2, scrape.value("culvert_handshake_seconds_count"));
        assertEquals(2, scrape.value("culvert_handshake_within_total{le=\"+Inf\"}"));
        assertTrue(scrape.value("culvert_rtt_seconds_count") >= 2);
        assertEquals(scrape.value("culvert_rtt_seconds_count"), scrape.value("culvert_rtt_within_total{le=\"+Inf\"}"));
    }

    private static void assertIncident(Scrape scrape, Pair pair, Incident incident, String name, String tag) {
        assertEquals(both(pair, info -> info.of(incident)), scrape.value(name + "{" + tag + "}"), incident::name);
    }

    private static long both(Pair pair, ToLongFunction<SessionInfo> figure) {
        return figure.applyAsLong(pair.client().info()) + figure.applyAsLong(pair.server().info());
    }

    @EverySetting
    void aHandshakeIsCountedByItsResult(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting);
                DatagramSocket silent = new DatagramSocket(new InetSocketAddress(world.anyPort().getAddress(), 0))) {
            PrometheusMeterRegistry registry = Scrape.registryOf(world.group());
            InetSocketAddress nobody = new InetSocketAddress(world.anyPort().getAddress(), 9);
            SocketWorld.failure(world.client(new ChannelInboundHandlerAdapter()).connect(nobody));
            SocketWorld.failure(world.client(new ChannelInboundHandlerAdapter())
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 50)
                    .connect(new InetSocketAddress(silent.getLocalAddress(), silent.getLocalPort())));
            SocketWorld.eventually(() -> {
                Scrape scrape = Scrape.of(registry);
                assertEquals(1, scrape.value("culvert_handshakes_total{result=\"refused\",side=\"active\"}"));
                assertEquals(1, scrape.value("culvert_handshakes_total{result=\"timed-out\",side=\"active\"}"));
                assertEquals(2, scrape.sum("culvert_handshakes_total"));
                assertEquals(0, scrape.value("culvert_handshake_seconds_count"));
                assertEquals(0, scrape.sum("culvert_sessions"));
            });
        }
    }

    @EverySetting
    void aServerTellsOfCookiesStraysAndWhatIsNoSegment(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            PrometheusMeterRegistry registry = Scrape.registryOf(world.group());
            CulvertServerChannel listener = world.bind(world.server(new PairBuilder.Accepted())
                    .option(ChannelOption.SO_BACKLOG, 1));
            try (RawPeer halfOpen = new RawPeer(listener.localAddress());
                    RawPeer returning = new RawPeer(listener.localAddress());
                    DatagramSocket noise = new DatagramSocket(
                            new InetSocketAddress(listener.localAddress().getAddress(), 0))) {
                halfOpen.opensHalf();
                returning.opensHalf();
                returning.opensFullyWith(new byte[] {1});
                returning.awaitsAcknowledgment();
                send(noise, listener, new byte[] {0x40});
                send(noise, listener, new byte[] {0x40});
                send(noise, listener, STRAY_ACK);
                SocketWorld.eventually(() -> {
                    Scrape scrape = Scrape.of(registry);
                    assertEquals(1, scrape.value("culvert_cookies_total{event=\"sent\"}"));
                    assertEquals(1, scrape.value("culvert_cookies_total{event=\"accepted\"}"));
                    assertEquals(1, scrape.value("culvert_handshakes_total{result=\"cookie\",side=\"passive\"}"));
                    assertEquals(1, scrape.value("culvert_sessions{state=\"syn-received\"}"));
                    assertEquals(1, scrape.value("culvert_sessions{state=\"established\"}"));
                    assertEquals(2, scrape.value("culvert_malformed_datagrams_total{reason=\"too-short\"}"));
                    assertEquals(2, scrape.sum("culvert_malformed_datagrams_total"));
                    assertEquals(1, scrape.value("culvert_resets_to_strays_total"));
                    assertEquals(1, scrape.value("culvert_dropped_total{reason=\"stray\"}"));
                    assertEquals(1, listener.info().of(CarrierIncident.STRAY));
                    assertEquals(1, listener.info().of(CarrierIncident.COOKIE_SENT));
                    assertEquals(1, listener.info().of(CarrierIncident.RESET_TO_STRAY));
                    assertEquals(2, listener.info().malformedBy(MalformedReason.TOO_SHORT));
                    assertEquals(1, listener.info().halfOpen());
                });
            }
            SocketWorld.finished(listener.close());
            SocketWorld.eventually(() -> {
                Scrape scrape = Scrape.of(registry);
                assertEquals(1, scrape.value("culvert_dropped_total{reason=\"stray\"}"));
                assertEquals(1, listener.info().of(CarrierIncident.STRAY));
                assertEquals(1, scrape.value("culvert_handshakes_total{result=\"cancelled\",side=\"passive\"}"));
                assertEquals(0, scrape.value("culvert_sessions{state=\"syn-received\"}"));
            });
        }
    }

    @EverySetting
    void aSessionIsCountedOnTheEventLoopItHasMovedTo(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            try {
                PrometheusMeterRegistry registry = Scrape.registryOf(world.group());
                PrometheusMeterRegistry ofBoss = Scrape.registryOf(boss);
                PairBuilder.Accepted accepted = new PairBuilder.Accepted();
                CulvertServerChannel listener = world.bind(world.server(accepted, boss));
                for (int i = 0; i < SESSIONS; i++) {
                    world.connect(new ChannelInboundHandlerAdapter(), listener);
                    world.resetAtEnd(accepted.next().channel());
                }
                SocketWorld.eventually(() -> {
                    assertEquals(2 * SESSIONS, Scrape.of(registry).value("culvert_sessions{state=\"established\"}"));
                    assertEquals(0, Scrape.of(ofBoss).sum("culvert_sessions"));
                });
                assertEquals(SESSIONS, listener.sessions().sync().getNow().size());
                SocketWorld.finished(listener.close());
            } finally {
                SocketWorld.end(boss);
            }
        }
    }

    private static void send(DatagramSocket from, CulvertServerChannel to, byte[] datagram) throws Exception {
        InetAddress address = to.localAddress().getAddress();
        from.send(new DatagramPacket(datagram, datagram.length, address, to.localAddress().getPort()));
    }
}
