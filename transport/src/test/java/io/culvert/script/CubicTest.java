/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Flight.MSS;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The controller that sessions have by default, as seen from outside: RFC 9438 with RFC 9406. */
final class CubicTest {
    /** A flight that has grown to 80 segments in slow start and has lost one of them; recovery is over. */
    private static AckingPeer afterALoss(Flight f, long roundTripMillis) {
        AckingPeer peer = new AckingPeer(f).roundTrip(roundTripMillis);
        while (f.cwnd() < 80 * MSS) {
            peer.runs(1);
        }
        peer.loses(peer.next() + 90);
        while (f.ssthresh() == Long.MAX_VALUE) {
            peer.runs(1);
        }
        while (f.cwnd() != f.ssthresh() && f.cwnd() > f.ssthresh() + MSS) {
            peer.runs(1);
        }
        return peer;
    }

    // RFC 6928
    @Test
    void startsWithTenSegments() {
        try (Flight f = Flight.wide()) {
            f.sends(10, 20);
            assertEquals(10 * MSS, f.cwnd());
            f.peer.expectsNothingFor(ofMillis(190));
        }
    }

    // RFC 9438 4.10, RFC 5681 3.1: slow start doubles the window each round trip; RFC 9406: as long as that stays
    @Test
    void slowStartDoublesEachRoundTrip() {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = new AckingPeer(f);
            peer.runs(102);
            assertEquals(20 * MSS, f.cwnd());
            for (int round = 0; round < 4; round++) {
                long before = f.cwnd();
                int all = (int) (before / MSS);
                int end = peer.next() + all;
                while (peer.next() < end) {
                    peer.runs(1);
                }
                assertEquals(2.0 * before, f.cwnd(), 3.0 * MSS);
            }
            assertEquals(Long.MAX_VALUE, f.ssthresh());
        }
    }

    // RFC 9438 4.6: beta_cubic is 0.7
    @Test
    void aLossLeavesSevenTenths() {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = new AckingPeer(f);
            while (f.cwnd() < 80 * MSS) {
                peer.runs(1);
            }
            peer.loses(peer.next() + 90);
            long before = 0;
            while (f.ssthresh() == Long.MAX_VALUE) {
                before = f.cwnd();
                peer.runs(1);
            }
            assertEquals(0.7 * before, f.ssthresh(), 2.0 * MSS);
            peer.runs(110);
            assertEquals(f.ssthresh(), f.cwnd(), 2.0 * MSS);
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    // RFC 9406 4.2: eight samples longer by an eighth of a round trip begin conservative slow start, five rounds of
    // which end it
    @Test
    void slowStartEndsWhenTheRoundTripGrows() {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = new AckingPeer(f);
            peer.runs(202);
            long window = f.cwnd();
            peer.roundTrip(130);
            peer.runs(8 * 135);
            assertTrue(f.ssthresh() < Long.MAX_VALUE, "slow start has ended");
            assertEquals(0, f.s.info().retransmissions(), "without a loss");
            // two more rounds of slow start at the most, then a quarter each round
            double most = window * 4 * Math.pow(1.25, 6);
            assertTrue(f.cwnd() <= most, () -> "cwnd " + f.cwnd());
        }
    }

    // RFC 9406 4.2: less than the threshold is no sign, and a round trip that falls again was jitter
    @ParameterizedTest
    @ValueSource(longs = {109, 130})
    void slowStartGoesOnAfterJitter(long millis) {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = new AckingPeer(f);
            peer.runs(202);
            peer.roundTrip(millis).runs(2 * millis);
            peer.roundTrip(100).runs(250);
            assertEquals(Long.MAX_VALUE, f.ssthresh());
            long before = f.cwnd();
            peer.runs(120);
            assertTrue(f.cwnd() > 1.6 * before, () -> before + " became " + f.cwnd());
        }
    }

    // RFC 9438 4.2: W_cubic(t) = C (t - K)^3 + W_max with C = 0.4 and K = cbrt((W_max - cwnd_epoch) / C)
    @Test
    void theWindowFollowsTheCubicFunction() {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = afterALoss(f, 200);
            double epoch = f.ssthresh() / (double) MSS;
            double max = epoch / 0.7;
            double k = Math.cbrt((max - epoch) / 0.4);
            double t = 0;
            for (int step = 1; step <= 8; step++) {
                peer.runs(1000);
                t += 1;
                double expected = 0.4 * Math.pow(t - k, 3) + max;
                assertEquals(expected, f.cwnd() / (double) MSS, 0.05 * expected, "after " + step + " s");
            }
            assertEquals(1, f.s.info().fastRecoveries());
        }
    }

    // RFC 9438 4.3: on a short path no slower than Reno, whose alpha is 3 (1 - 0.7) / (1 + 0.7) for this beta
    @Test
    void onAShortPathTheWindowGrowsAsRenosDoes() {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = afterALoss(f, 20);
            double epoch = f.ssthresh() / (double) MSS;
            peer.runs(1050);
            double rounds = 50;
            assertTrue(f.cwnd() / (double) MSS >= epoch + 0.9 * 9 / 17 * rounds,
                    () -> epoch + " segments became " + f.cwnd());
        }
    }

    // RFC 5681 4.1
    @Test
    void anIdleSenderRestartsWithTheInitialWindow() {
        try (Flight f = Flight.wide()) {
            f.sends(10, 0);
            f.after(100);
            f.hears(10);
            f.writes(20);
            f.after(120);
            f.drain();
            f.hears(30);
            assertTrue(f.cwnd() >= 30 * MSS, () -> "cwnd " + f.cwnd());
            f.after(f.s.rto().toMillis() + 1);
            f.writes(30);
            assertEquals(10 * MSS, f.cwnd());
            f.after(60);
            assertEquals(10, f.drain().size());
            assertEquals(Long.MAX_VALUE, f.ssthresh());
        }
    }

    // RFC 7661, RFC 9438 5.8: what is not used does not grow, nor leap afterwards
    @Test
    void anApplicationLimitedWindowStands() {
        try (Flight f = Flight.wide()) {
            AckingPeer peer = afterALoss(f, 100);
            peer.idle();
            while (f.s.info().sendQueueBytes() > 0) {
                peer.runs(10);
            }
            long window = f.cwnd();
            for (int i = 0; i < 40; i++) {
                f.writes(2);
                peer.runs(150);
            }
            assertEquals(window, f.cwnd());
            f.writes(200);
            peer.runs(220);
            assertTrue(f.cwnd() <= window + 3 * MSS, () -> window + " became " + f.cwnd());
        }
    }
}
