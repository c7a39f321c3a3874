/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.MAX_RECEIVE_BUFFER_BYTES;
import static io.culvert.CulvertChannelOption.MAX_SEND_BUFFER_BYTES;
import static io.culvert.CulvertChannelOption.MEMORY_BUDGET_BYTES;
import static io.culvert.script.Setting.peerWs;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.netty.channel.ChannelOption.RECVBUF_ALLOCATOR;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static io.netty.channel.ChannelOption.SO_SNDBUF;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Buffers grow with the bandwidth-delay product, up to a maximum and within the endpoint's budget of memory; the
 * receive buffer while the application reads, the send buffer while the application has more to send than fits.
 */
final class BufferTuningTest {
    private static final int KIB = 1024;
    private static final int FIRST_RECEIVE_BYTES = 128 * KIB;
    private static final int FIRST_SEND_BYTES = 64 * KIB;
    private static final int MSS = 1460;
    private static final int INITIAL_WINDOW_BYTES = 10 * MSS;
    private static final int RTT_MILLIS = 100;
    private static final int UNIT_BYTES = 1 << 11;

    /** A client of ours whose handshake has taken 100 ms. */
    private static Script connectedAfterARoundTrip(Setting... settings) {
        Script s = Script.client(settings);
        s.peer().expects(syn(0));
        s.after(ofMillis(RTT_MILLIS));
        s.peer().sends(synAck(1000, 1).mss(MSS).ws(7).win(65535));
        s.peer().expects(ack(1, 1001));
        return s;
    }

    /** The peer sends so much at once, a segment at a time. */
    private static void sends(Peer peer, int from, int bytes) {
        for (int sent = 0; sent < bytes; sent += MSS) {
            peer.sends(data(1001 + from + sent, Math.min(MSS, bytes - sent)).acks(1));
        }
    }

    /** The peer is in slow start, its window doubled each round trip; gives back how much it has sent. */
    private static int slowStart(Script s, int from, int roundTrips) {
        int sent = from;
        for (int i = 0; i < roundTrips; i++) {
            int burst = INITIAL_WINDOW_BYTES << i;
            sends(s.peer(), sent, burst);
            sent += burst;
            s.after(ofMillis(RTT_MILLIS));
        }
        return sent;
    }

    private static long lastWindow(Script s) {
        List<Received> segments = s.peer().drain();
        return segments.get(segments.size() - 1).windowBytes();
    }

    @Test
    void theWindowGrowsAheadOfThePeersSlowStart() {
        try (Script s = connectedAfterARoundTrip()) {
            int sent = 0;
            long window = FIRST_RECEIVE_BYTES;
            for (int burst = INITIAL_WINDOW_BYTES; burst < 4_000_000; burst *= 2) {
                assertTrue(burst <= window, "a burst of " + burst + " and a window of " + window);
                sends(s.peer(), sent, burst);
                sent += burst;
                s.after(ofMillis(RTT_MILLIS));
                s.app().expectsRead(burst);
                window = lastWindow(s);
            }
            assertTrue(s.info().receiveBufferBytes() > 4_000_000);
        }
    }

    @Test
    void theWindowStaysWhileTheApplicationDoesNotRead() {
        try (Script s = connectedAfterARoundTrip()) {
            s.app().stopsReading();
            int sent = slowStart(s, 0, 3);
            assertEquals(FIRST_RECEIVE_BYTES, s.info().receiveBufferBytes());
            assertEquals(sent, s.info().receiveQueueBytes());
            assertTrue(lastWindow(s) <= FIRST_RECEIVE_BYTES - sent + UNIT_BYTES);
            s.app().resumesReading();
            s.app().expectsRead(sent);
            s.peer().drain();
        }
    }

    /** What comes does not count, only what the application takes. */
    @Test
    void theWindowStaysWhileTheApplicationReadsSlowly() {
        try (Script s = connectedAfterARoundTrip(with(RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1000)))) {
            s.app().stopsReading();
            int sent = 0;
            for (int i = 0; i < 3; i++) {
                sent = slowStart(s, sent, 2);
                s.app().reads();
            }
            assertEquals(FIRST_RECEIVE_BYTES, s.info().receiveBufferBytes());
            s.app().expectsRead(3000);
            assertEquals(sent - 3000, s.info().receiveQueueBytes());
            s.peer().drain();
            s.app().resumesReading();
            s.app().expectsRead(sent - 3000);
            s.peer().drain();
        }
    }

    @Test
    void aSlowStreamLeavesTheReceiveBuffer() {
        try (Script s = connectedAfterARoundTrip()) {
            for (int i = 0; i < 100; i++) {
                sends(s.peer(), i * INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES);
                s.after(ofMillis(RTT_MILLIS));
            }
            s.app().expectsRead(100 * INITIAL_WINDOW_BYTES);
            assertEquals(FIRST_RECEIVE_BYTES, s.info().receiveBufferBytes());
            s.peer().drain();
        }
    }

    @Test
    void aReceiveBufferThatTheUserHasSetStays() {
        try (Script s = connectedAfterARoundTrip(with(SO_RCVBUF, 300_000))) {
            s.app().expectsRead(0);
            int sent = slowStart(s, 0, 5);
            s.app().expectsRead(sent);
            assertEquals(300_000, s.info().receiveBufferBytes());
            assertTrue(Math.abs(lastWindow(s) - 300_000) <= UNIT_BYTES);
        }
    }

    @Test
    void theReceiveBufferEndsAtItsMaximum() {
        try (Script s = connectedAfterARoundTrip(with(MAX_RECEIVE_BUFFER_BYTES, 200_000))) {
            s.app().expectsRead(slowStart(s, 0, 6));
            assertEquals(200_000, s.info().receiveBufferBytes());
            s.peer().drain();
        }
    }

    // RFC 7323 2.3: the scale fits the largest receive buffer allowed
    @Test
    void theMaximumDecidesTheScale() {
        try (Script s = Script.client(with(MAX_RECEIVE_BUFFER_BYTES, 1 << 20))) {
            s.peer().expects(syn(0).ws(5));
        }
        try (Script s = Script.client(with(MAX_RECEIVE_BUFFER_BYTES, 1 << 30))) {
            s.peer().expects(syn(0).ws(14));
        }
    }

    @Test
    void anEmptyBudgetLeavesTheFirstSizes() {
        try (Script s = connectedAfterARoundTrip(with(MEMORY_BUDGET_BYTES, 0L))) {
            int sent = slowStart(s, 0, 4);
            s.app().expectsRead(sent);
            assertEquals(FIRST_RECEIVE_BYTES, s.info().receiveBufferBytes());
            s.peer().drain();
            s.app().writes(1_000_000);
            acknowledgesEverything(s, s.peer(), 1001 + sent, 8);
            assertEquals(FIRST_SEND_BYTES, s.info().sendBufferBytes());
            s.peer().drain();
        }
    }

    @Test
    void aSmallBudgetIsGrantedToItsLastByte() {
        try (Script s = connectedAfterARoundTrip(with(MEMORY_BUDGET_BYTES, 100_000L))) {
            s.app().expectsRead(slowStart(s, 0, 6));
            assertEquals(FIRST_RECEIVE_BYTES + 100_000, s.info().receiveBufferBytes());
            s.peer().drain();
        }
    }

    @Test
    void theSessionsOfAServerShareItsBudgetAndGiveItBack() {
        try (Script s = Script.server(with(MEMORY_BUDGET_BYTES, 100_000L))) {
            Peer first = accepted(s, 40000);
            Peer second = accepted(s, 40001);
            int sent = rounds(s, first, 0);
            assertEquals(FIRST_RECEIVE_BYTES + 100_000, s.app(0).channel().info().receiveBufferBytes());
            int sentBySecond = rounds(s, second, 0);
            assertEquals(FIRST_RECEIVE_BYTES, s.app(1).channel().info().receiveBufferBytes());
            s.app(0).expectsRead(sent);
            s.app(0).aborts();
            sentBySecond += rounds(s, second, sentBySecond);
            assertEquals(FIRST_RECEIVE_BYTES + 100_000, s.app(1).channel().info().receiveBufferBytes());
            s.app(1).expectsRead(sentBySecond);
            first.drain();
            second.drain();
        }
    }

    @Test
    void aSendBufferIsGivenBackWhenItsSessionEnds() {
        try (Script s = Script.server(with(MEMORY_BUDGET_BYTES, 100_000L))) {
            Peer first = accepted(s, 40000);
            Peer second = accepted(s, 40001);
            s.app(0).writes(1_000_000);
            acknowledgesEverything(s, first, 1001, 4);
            assertEquals(FIRST_SEND_BYTES + 100_000, s.app(0).channel().info().sendBufferBytes());
            s.app(1).writes(1_000_000);
            acknowledgesEverything(s, second, 1001, 4);
            assertEquals(FIRST_SEND_BYTES, s.app(1).channel().info().sendBufferBytes());
            s.app(0).aborts();
            acknowledgesEverything(s, second, 1001, 1);
            assertEquals(FIRST_SEND_BYTES + 100_000, s.app(1).channel().info().sendBufferBytes());
            first.drain();
            second.drain();
        }
    }

    private static Peer accepted(Script s, int port) {
        Peer peer = s.peer(port);
        peer.sends(syn(1000).mss(MSS).ws(7));
        peer.expects(synAck(0, 1001));
        s.after(ofMillis(RTT_MILLIS));
        peer.sends(ack());
        return peer;
    }

    private static int rounds(Script s, Peer peer, int from) {
        int sent = from;
        for (int i = 0; i < 6; i++) {
            int burst = INITIAL_WINDOW_BYTES << Math.min(i, 3);
            sends(peer, sent, burst);
            sent += burst;
            s.after(ofMillis(RTT_MILLIS));
            peer.drain();
        }
        return sent - from;
    }

    // ---- idle time

    @Test
    void anIdleSessionGivesBackWhatItHasDrawnButNotTheWindowOffered() {
        try (Script s = connectedAfterARoundTrip()) {
            int sent = slowStart(s, 0, 7);
            s.app().expectsRead(sent);
            long window = s.info().receiveWindowBytes();
            assertTrue(s.info().receiveBufferBytes() > 1_000_000);
            s.after(ofSeconds(9));
            assertTrue(s.info().receiveBufferBytes() > 1_000_000);
            s.after(ofSeconds(11));
            assertEquals(FIRST_RECEIVE_BYTES, s.info().receiveBufferBytes());
            assertEquals(window, s.info().receiveWindowBytes());
            s.peer().drain();
            s.app().stopsReading();
            sends(s.peer(), sent, 500_000);
            assertEquals(500_000, s.info().receiveQueueBytes());
            assertTrue(s.info().receiveBufferBytes() >= 500_000);
            s.after(ofMillis(RTT_MILLIS));
            Received last = last(s.peer().drain());
            assertEquals(1001 + sent + 500_000, last.ack());
            s.app().resumesReading();
            s.app().expectsRead(500_000);
            s.peer().drain();
        }
    }

    /** The window was promised, but the memory is another's meanwhile: what there is no room for comes again. */
    @Test
    void whatAnIdleSessionWasPromisedIsTakenAsFarAsTheBudgetGoes() {
        try (Script s = Script.server(with(MEMORY_BUDGET_BYTES, 1_000_000L))) {
            Peer idle = accepted(s, 40000);
            Peer busy = accepted(s, 40001);
            int sent = rounds(s, idle, 0);
            s.app(0).expectsRead(sent);
            s.after(ofSeconds(20));
            assertEquals(FIRST_RECEIVE_BYTES, s.app(0).channel().info().receiveBufferBytes());
            int sentByBusy = 0;
            for (int i = 0; i < 4; i++) {
                sentByBusy += rounds(s, busy, sentByBusy);
            }
            s.app(1).expectsRead(sentByBusy);
            long drawn = s.app(1).channel().info().receiveBufferBytes() - FIRST_RECEIVE_BYTES;
            s.app(0).stopsReading();
            sends(idle, sent, 600_000);
            long most = FIRST_RECEIVE_BYTES + 1_000_000L - drawn;
            long taken = s.app(0).channel().info().receiveQueueBytes();
            assertEquals(Math.min(600_000, most), taken);
            assertTrue(taken < 600_000, "nothing was refused");
            s.after(ofMillis(RTT_MILLIS));
            assertEquals(1001 + sent + taken, last(idle.drain()).ack());
            s.app(0).resumesReading();
            sends(idle, sent + (int) taken, 600_000 - (int) taken);
            s.app(0).expectsRead(600_000);
            s.after(ofMillis(RTT_MILLIS));
            assertEquals(1001 + sent + 600_000, last(idle.drain()).ack());
            busy.drain();
        }
    }

    private static Received last(List<Received> segments) {
        return segments.get(segments.size() - 1);
    }

    // ---- sending

    /** The peer acknowledges whatever comes, for so many round trips. */
    private static void acknowledgesEverything(Script s, Peer peer, long peerSeq, int roundTrips) {
        for (int i = 0; i < roundTrips; i++) {
            s.after(ofMillis(RTT_MILLIS));
            for (Received segment : peer.drain()) {
                peer.sends(ack(peerSeq, segment.end()));
            }
        }
    }

    @Test
    void theSendBufferHoldsTwoCongestionWindowsWhileMoreWaits() {
        try (Script s = Script.establishedServer(peerWs(7))) {
            s.app().writes(4_000_000);
            assertEquals(FIRST_SEND_BYTES, s.info().sendBufferBytes());
            for (int i = 0; i < 100 && s.info().congestionWindowBytes() < 200_000; i++) {
                acknowledgesEverything(s, s.peer(), 1001, 1);
                assertTrue(s.info().sendBufferBytes() >= 2 * s.info().congestionWindowBytes(), () -> "" + s.info());
                assertTrue(s.info().sendQueueBytes() >= s.info().congestionWindowBytes(), () -> "" + s.info());
            }
            assertTrue(s.info().sendBufferBytes() >= 400_000, () -> "" + s.info());
            s.peer().drain();
        }
    }

    /** More could not be in flight, however far the congestion window has grown. */
    @Test
    void theSendBufferHoldsNoMoreThanTwoOfThePeersWindows() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(2_000_000);
            acknowledgesEverything(s, s.peer(), 1001, 12);
            assertTrue(s.info().congestionWindowBytes() > s.info().peerWindowBytes(), () -> "" + s.info());
            assertEquals(2 * FIRST_SEND_BYTES, s.info().sendBufferBytes());
            s.peer().drain();
        }
    }

    @Test
    void theSendBufferStaysWhenEverythingFits() {
        try (Script s = Script.establishedServer(peerWs(7))) {
            for (int i = 0; i < 20; i++) {
                s.app().writes(60_000);
                acknowledgesEverything(s, s.peer(), 1001, 4);
            }
            assertTrue(2 * s.info().congestionWindowBytes() > FIRST_SEND_BYTES, () -> "" + s.info());
            assertEquals(FIRST_SEND_BYTES, s.info().sendBufferBytes());
        }
    }

    @Test
    void aSendBufferThatTheUserHasSetStays() {
        try (Script s = Script.establishedServer(peerWs(7), with(SO_SNDBUF, 100_000))) {
            s.app().writes(1_500_000);
            acknowledgesEverything(s, s.peer(), 1001, 6);
            assertTrue(s.info().sendQueueBytes() > 60_000 && s.info().sendQueueBytes() <= 100_000);
            assertEquals(100_000, s.info().sendBufferBytes());
            s.peer().drain();
        }
    }

    @Test
    void theSendBufferEndsAtItsMaximum() {
        try (Script s = Script.establishedServer(peerWs(7), with(MAX_SEND_BUFFER_BYTES, 200_000))) {
            s.app().writes(2_000_000);
            acknowledgesEverything(s, s.peer(), 1001, 6);
            assertEquals(200_000, s.info().sendBufferBytes());
            s.peer().drain();
        }
    }

    @Test
    void anIdleSendBufferGivesBackWhatItHasDrawn() {
        try (Script s = Script.establishedServer(peerWs(7))) {
            s.app().writes(1_000_000);
            acknowledgesEverything(s, s.peer(), 1001, 10);
            assertEquals(0, s.info().sendQueueBytes());
            assertTrue(s.info().sendBufferBytes() > FIRST_SEND_BYTES);
            s.after(ofSeconds(20));
            assertEquals(FIRST_SEND_BYTES, s.info().sendBufferBytes());
        }
    }

    /** Linux wakes a writer when a third of the buffer is free. */
    @Test
    void roomIsTakenInStepsAndAllOfItWhenNoMoreAcknowledgmentsCome() {
        try (Script s = Script.establishedServer(with(SO_SNDBUF, 9000), Setting.peerMss(1000))) {
            s.app().writes(11_500);
            s.peer().drain();
            assertEquals(9000, s.info().sendQueueBytes());
            s.peer().sends(ack(1001, 1001));
            assertEquals(8000, s.info().sendQueueBytes());
            s.peer().sends(ack(1001, 2001));
            assertEquals(7000, s.info().sendQueueBytes());
            s.peer().sends(ack(1001, 3001));
            assertEquals(8500, s.info().sendQueueBytes());
            s.app().expectsWritten();
            s.peer().drain();
            s.app().writes(2000);
            assertEquals(9000, s.info().sendQueueBytes());
            s.peer().drain();
            s.peer().sends(ack(1001, 12_001).win(0));
            assertEquals(1500, s.info().sendQueueBytes());
            s.app().expectsWritten();
        }
    }
}
