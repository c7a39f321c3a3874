/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Setting.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.bbr.Bbr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** BBRv3 of draft-ietf-ccwg-bbr, as seen from outside. */
final class BbrScriptTest {
    /** 1250 segments a second for 100 ms. */
    private static final int BDP = 125 * MSS;

    private static Flight bbr() {
        return Flight.wide(with(CONGESTION_CONTROL, Bbr.factory()));
    }

    // draft 5.3.1: Startup doubles the delivery rate each round trip
    @Test
    void startupDoublesEachRoundTrip() {
        try (Flight f = bbr()) {
            AckingPeer peer = new AckingPeer(f);
            // 10 + 20 + 40 + 80 + 160, each flight spread over a part of its round trip
            long millis = 0;
            for (; peer.next() < 310; millis += 10) {
                peer.runs(10);
            }
            long took = millis;
            assertTrue(took <= 5 * 140, () -> "took " + took + " ms");
            assertEquals(Long.MAX_VALUE, f.ssthresh(), "still in Startup");
        }
    }

    // draft 5.6.2: what follows the initial window leaves at the pacing rate, 2.77 times what was delivered
    @Test
    void startupIsPaced() {
        try (Flight f = bbr()) {
            AckingPeer peer = new AckingPeer(f);
            peer.runs(400);
            Map<Long, Integer> atOnce = new TreeMap<>();
            peer.segments.stream().skip(10).forEach(segment -> atOnce.merge(segment.nanos(), 1, Integer::sum));
            atOnce.forEach((nanos, count) -> assertTrue(count <= 4, () -> count + " at " + Script.millis(nanos)));
        }
    }

    // draft 5.3.1.1, 5.3.2: Startup ends when the rate grows no more, Drain takes the queue away, and then the flight
    // is about what the path holds
    @Test
    void theFlightSettlesAtWhatThePathHolds() {
        try (Flight f = bbr()) {
            AckingPeer peer = new AckingPeer(f).bottleneck(1250);
            peer.runs(2500);
            assertTrue(f.ssthresh() < Long.MAX_VALUE, "Startup is over");
            for (int i = 0; i < 20; i++) {
                peer.runs(100);
                long flight = f.s.info().flightBytes();
                assertTrue(flight >= 0.8 * BDP && flight <= 1.7 * BDP, () -> "flight " + flight);
            }
            assertEquals(0, f.s.info().retransmissions());
        }
    }

    // draft 5.3.4: every five seconds the flight shrinks to half of what the path holds, for 200 ms and a round trip
    @Test
    void probeRttDrainsThePathEveryFiveSeconds() {
        try (Flight f = bbr()) {
            AckingPeer peer = new AckingPeer(f).bottleneck(1250);
            List<Integer> begins = new ArrayList<>();
            List<Integer> lasts = new ArrayList<>();
            peer.runs(2500);
            for (int millis = 2500; millis < 17_000; millis += 10) {
                peer.runs(10);
                if (f.s.info().flightBytes() <= 0.6 * BDP) {
                    if (begins.isEmpty() || millis - begins.get(begins.size() - 1) > 2000) {
                        begins.add(millis);
                        lasts.add(0);
                    }
                    lasts.set(lasts.size() - 1, lasts.get(lasts.size() - 1) + 10);
                }
            }
            assertTrue(begins.size() == 2 || begins.size() == 3, () -> "small flights at " + begins);
            for (int i = 1; i < begins.size(); i++) {
                int pause = begins.get(i) - begins.get(i - 1);
                // a smaller round trip found meanwhile postpones it
                assertTrue(pause >= 5200 && pause <= 7000, () -> "small flights at " + begins);
            }
            lasts.forEach(last -> assertTrue(last >= 150 && last <= 450, () -> "small for " + lasts + " ms"));
        }
    }
}
