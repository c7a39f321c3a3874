/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.netty.channel.ChannelOption.SO_SNDBUF;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.NewReno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The congestion window as the wire and the session's information show it: RFC 5681, RFC 6928, RFC 3465. */
final class CongestionWindowTest {
    private static final int MSS = 1460;

    private static int bytesOf(List<Received> segments) {
        return segments.stream().mapToInt(segment -> segment.payload().length).sum();
    }

    // RFC 6928 section 2: min(10 SMSS, max(2 SMSS, 14600))
    @ParameterizedTest
    @CsvSource({"1460, 14600", "1400, 14000", "536, 5360", "0, 5360", "100, 1000"})
    void startsWithTheInitialWindow(int peerMss, int windowBytes) {
        try (Script s = Script.establishedServer(peerMss(peerMss))) {
            assertEquals(windowBytes, s.info().congestionWindowBytes());
            s.app().writes(20_000);
            assertEquals(windowBytes, bytesOf(s.peer().drain()));
            s.peer().expectsNothingFor(ofMillis(100));
        }
    }

    // RFC 6928 section 2, RFC 5681 3.1
    @Test
    void startsWithOneSegmentAfterARetransmittedSyn() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().expectsAfter(ofSeconds(1), syn(0));
            s.peer().sends(synAck(1000, 1).mss(MSS));
            s.peer().expects(ack(1, 1001));
            s.app().writes(3 * MSS);
            s.peer().expects(data(1, MSS).noPush());
            s.peer().sends(ack(1001, 1 + MSS));
            s.peer().expects(data(1 + MSS, MSS).noPush(), data(1 + 2 * MSS, MSS));
        }
    }

    @Test
    void startsWithOneSegmentAfterARetransmittedSynAck() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(MSS));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsAfter(ofSeconds(1), synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            assertEquals(MSS, s.info().congestionWindowBytes());
            s.app().writes(3 * MSS);
            s.peer().expects(data(1, MSS).noPush());
        }
    }

    // RFC 5681 3.1 with RFC 3465: slow start counts bytes
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10})
    void slowStartGrowsByTheBytesAcknowledged(int segments) {
        try (Script s = Script.establishedServer()) {
            s.app().writes(40 * MSS);
            assertEquals(10 * MSS, bytesOf(s.peer().drain()));
            s.peer().sends(ack(1001, 1 + segments * MSS));
            assertEquals((10 + segments) * MSS, s.info().congestionWindowBytes());
            assertEquals(2 * segments * MSS, bytesOf(s.peer().drain()));
        }
    }

    // RFC 5681 3.1: splitting an acknowledgment gains nothing
    @Test
    void splitAcksGrowTheWindowNoFaster() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(40 * MSS);
            s.peer().drain();
            for (int i = 1; i <= 10; i++) {
                s.peer().sends(ack(1001, 1 + i * MSS / 10));
            }
            assertEquals(11 * MSS, s.info().congestionWindowBytes());
            s.peer().drain();
        }
    }

    // RFC 7661: what is not used does not grow
    @Test
    void doesNotGrowWhileTheApplicationLimitsIt() {
        try (Script s = Script.establishedServer()) {
            for (int i = 0; i < 20; i++) {
                s.app().writes(MSS);
                s.peer().expects(data(1 + i * MSS, MSS));
                s.peer().sends(ack(1001, 1 + (i + 1) * MSS));
            }
            assertEquals(10 * MSS, s.info().congestionWindowBytes());
        }
    }

    // RFC 5681 3.1 equation (4), and the loss window of one segment
    @Test
    void timeoutCollapsesTheWindowToOneSegment() {
        try (Script s = Script.establishedServer(with(CONGESTION_CONTROL, NewReno::new))) {
            s.app().writes(20 * MSS);
            s.peer().drain();
            s.peer().expectsWithin(ofSeconds(1), data(1, MSS).noPush());
            assertEquals(MSS, s.info().congestionWindowBytes());
            assertEquals(5 * MSS, s.info().slowStartThresholdBytes());
            s.peer().sends(ack(1001, 1 + MSS));
            assertEquals(2 * MSS, s.info().congestionWindowBytes());
            // RFC 5682 2.1 step 2b: new data first, and a duplicate acknowledgment says that the loss was real
            s.peer().expects(data(1 + 10 * MSS, MSS).noPush(), data(1 + 11 * MSS, MSS).noPush());
            s.peer().sends(ack(1001, 1 + MSS));
            s.peer().expects(data(1 + MSS, MSS).noPush());
        }
    }

    // RFC 5681 3.1: a second expiry for the same segment leaves ssthresh
    @Test
    void secondTimeoutLeavesTheThreshold() {
        try (Script s = Script.establishedServer(with(CONGESTION_CONTROL, NewReno::new))) {
            s.app().writes(10 * MSS);
            s.peer().drain();
            s.peer().expectsWithin(ofSeconds(1), data(1, MSS).noPush());
            s.peer().expectsWithin(ofSeconds(1), data(1, MSS).noPush());
            assertEquals(5 * MSS, s.info().slowStartThresholdBytes());
        }
    }

    // RFC 5681 3.1 equation (4): no less than two segments
    @Test
    void theThresholdIsAtLeastTwoSegments() {
        try (Script s = Script.establishedServer(with(CONGESTION_CONTROL, NewReno::new))) {
            s.app().writes(MSS);
            s.peer().expects(data(1, MSS));
            s.peer().expectsAt(s.rto(), data(1, MSS));
            assertEquals(2 * MSS, s.info().slowStartThresholdBytes());
        }
    }

    // RFC 5681 3.1, RFC 3465 2.1: one segment for each window of bytes acknowledged
    @Test
    void congestionAvoidanceGrowsByOneSegmentAWindow() {
        try (Script s = Script.establishedServer(with(CONGESTION_CONTROL, NewReno::new), with(SO_SNDBUF, 200 * MSS))) {
            s.app().writes(100 * MSS);
            s.peer().drain();
            s.peer().expectsWithin(ofSeconds(1), data(1, MSS).noPush());
            // RFC 5682 2.1 step 3a: the loss is real
            s.peer().sends(ack(1001, 1 + MSS), ack(1001, 1 + MSS));
            int acked = 1;
            while (s.info().congestionWindowBytes() < 5 * MSS) {
                acked++;
                s.peer().sends(ack(1001, 1 + acked * MSS));
            }
            assertEquals(5 * MSS, s.info().congestionWindowBytes());
            for (int i = 1; i < 5; i++) {
                s.peer().sends(ack(1001, 1 + (acked + i) * MSS));
                assertEquals(5 * MSS, s.info().congestionWindowBytes());
            }
            s.peer().sends(ack(1001, 1 + (acked + 5) * MSS));
            assertEquals(6 * MSS, s.info().congestionWindowBytes());
            s.peer().drain();
        }
    }

    // RFC 5681 4.1
    @Test
    void restartsWithTheInitialWindowAfterIdling() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(30 * MSS);
            s.peer().drain();
            s.peer().sends(ack(1001, 1 + 10 * MSS));
            s.peer().drain();
            s.peer().sends(ack(1001, 1 + 30 * MSS));
            assertTrue(s.info().congestionWindowBytes() > 20 * MSS);
            s.after(s.rto().plus(ofMillis(1)));
            s.app().writes(30 * MSS);
            assertEquals(10 * MSS, bytesOf(s.peer().drain()));
            assertEquals(10 * MSS, s.info().congestionWindowBytes());
        }
    }

    @Test
    void keepsTheWindowOverAShortPause() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(30 * MSS);
            s.peer().drain();
            s.peer().sends(ack(1001, 1 + 10 * MSS));
            s.peer().drain();
            s.peer().sends(ack(1001, 1 + 30 * MSS));
            s.after(s.rto().minus(ofMillis(1)));
            s.app().writes(30 * MSS);
            assertEquals(30 * MSS, bytesOf(s.peer().drain()));
        }
    }

    // RFC 5681 4.1: min(IW, cwnd), so that idling never enlarges a window
    @Test
    void idlingLeavesASmallWindow() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(MSS);
            s.peer().expects(data(1, MSS));
            s.peer().expectsAt(s.rto(), data(1, MSS));
            s.peer().sends(ack(1001, 1 + MSS));
            long window = s.info().congestionWindowBytes();
            s.after(ofSeconds(30));
            s.app().writes(10 * MSS);
            assertTrue(window <= 2 * MSS);
            assertEquals(window, bytesOf(s.peer().drain()));
        }
    }
}
