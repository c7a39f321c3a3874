/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.CulvertChannelOption.PACING_QUANTUM_BYTES;
import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Setting.with;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.NewReno;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How segments are spread over time. */
final class PacingTest {
    private static final Setting RENO = with(CONGESTION_CONTROL, NewReno::new);
    private static final long MILLI = 1_000_000;

    /** How many segments came at each instant. */
    private static Map<Long, Integer> trains(List<Received> segments) {
        Map<Long, Integer> trains = new TreeMap<>();
        segments.forEach(segment -> trains.merge(segment.nanos(), 1, Integer::sum));
        return trains;
    }

    // RFC 6928: the initial window leaves at once
    @Test
    void theInitialWindowIsNotPaced() {
        try (Flight f = Flight.sack()) {
            f.writes(20);
            assertEquals(1, trains(f.peer.drain()).size());
            f.after(90);
            f.expects();
        }
    }

    // as Linux: twice cwnd / SRTT in slow start. cwnd is 20 segments, so that two leave every 5 ms
    @Test
    void slowStartIsPacedAtTwiceTheRate() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 40);
            f.after(100);
            f.hears(10);
            assertEquals(20 * MSS, f.cwnd());
            f.expects(10, 11);
            f.peer.expectsWithin(ofNanos(5 * MILLI), f.segment(12));
            f.peer.expects(f.segment(13));
            for (int segment = 14; segment < 30; segment += 2) {
                f.peer.expectsAt(ofNanos(5 * MILLI), f.segment(segment));
                f.peer.expects(f.segment(segment + 1));
                f.peer.expectsNothing();
            }
            // 50 ms for a window of 100 ms, and then its acknowledgments are awaited
            f.after(45);
            f.expects();
        }
    }

    // as Linux: 1.2 times cwnd / SRTT in congestion avoidance, and from half of ssthresh on
    @Test
    void avoidanceIsPacedAtTwelveTenthsOfTheRate() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 0);
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            f.after(100);
            f.hears(10);
            assertEquals(5 * MSS, f.cwnd());
            assertEquals(5 * MSS, f.ssthresh());
            f.after(100);
            f.writes(5);
            f.expects(10, 11);
            // SRTT is 100 ms: two segments in 2 / (1.2 * 5) of it
            f.peer.expectsWithin(ofNanos(33_333_334), f.segment(12));
            f.peer.expects(f.segment(13));
            f.peer.expectsAt(ofNanos(33_333_334), f.segment(14));
        }
    }

    // a train is what a millisecond carries: at 4000 segments a second four
    @Test
    void trainsCarryAMillisecond() {
        try (Flight f = Flight.wide(RENO)) {
            AckingPeer peer = new AckingPeer(f);
            while (f.cwnd() < 200 * MSS) {
                peer.runs(1);
            }
            int before = peer.segments.size();
            peer.runs(20);
            Map<Long, Integer> trains = trains(peer.segments.subList(before, peer.segments.size()));
            assertTrue(trains.values().stream().anyMatch(count -> count >= 4), trains::toString);
            // and another after a pause
            assertTrue(trains.values().stream().allMatch(count -> count <= 10), trains::toString);
            assertTrue(trains.size() >= 10, trains::toString);
        }
    }

    // PACING_QUANTUM_BYTES: no more leaves at once, but two segments always may
    @Test
    void trainsAreNoLongerThanTheQuantum() {
        try (Flight f = Flight.wide(RENO, with(PACING_QUANTUM_BYTES, 2_999))) {
            AckingPeer peer = new AckingPeer(f);
            while (f.cwnd() < 200 * MSS) {
                peer.runs(1);
            }
            trains(peer.segments.subList(10, peer.segments.size()))
                    .forEach((nanos, count) -> assertTrue(count <= 2, () -> count + " at " + Script.millis(nanos)));
        }
    }

    // the rate is that of the window, whatever the quantum is
    @Test
    void aSmallQuantumCostsNoRate() {
        try (Flight f = Flight.wide(RENO, with(PACING_QUANTUM_BYTES, 2_048))) {
            AckingPeer peer = new AckingPeer(f);
            peer.runs(402);
            assertTrue(f.cwnd() >= 80 * MSS, () -> "cwnd " + f.cwnd());
        }
    }

    @Test
    void whatIsOverIsNotWaitedFor() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 3);
            f.after(100);
            f.hears(10);
            f.after(10);
            assertEquals(List.of(10, 11, 12), f.drain());
            f.after(90);
            f.hears(13);
            f.s.world().runUntilQuiet(ofSeconds(10));
            f.expects();
        }
    }

    // the first retransmission of a recovery waits for nothing
    @Test
    void theFirstRetransmissionIsNotPaced() {
        try (Flight f = Flight.plain(RENO)) {
            f.sends(10, 40);
            f.after(100);
            f.hears(5);
            f.expects(10, 11);
            f.hears(5);
            f.hears(5);
            f.hears(5);
            f.expects(5);
        }
    }

    // RFC 8985 7.3: nor does the probe of the tail
    @Test
    void probesAreNotPaced() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 0);
            f.after(100);
            f.hears(10);
            f.writes(2);
            f.expects(10, 11);
            f.peer.expectsAfter(ofNanos(200 * MILLI), f.segment(11));
        }
    }

    // nor what the timer sends again
    @Test
    void theRetransmissionOfATimeoutIsNotPaced() {
        try (Flight f = Flight.plain(RENO)) {
            f.sends(10, 0);
            f.after(100);
            f.hears(9);
            f.peer.expectsAfter(f.s.rto(), f.segment(9));
        }
    }

    // what a closed window or an empty queue ends leaves nothing behind that would delay the next write
    @Test
    void aWriteAfterAPauseLeavesAtOnce() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 0);
            f.after(100);
            f.hears(10);
            f.writes(2);
            f.expects(10, 11);
            f.after(100);
            f.hears(12);
            f.writes(1);
            f.expects(12);
        }
    }
}
