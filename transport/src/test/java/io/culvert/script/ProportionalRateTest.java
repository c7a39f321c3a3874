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

import io.culvert.congestion.NewReno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Proportional rate reduction in fast recovery with SACK: RFC 6937, with the reduction bounds as RFC 9937 chooses. */
final class ProportionalRateTest {
    /** Ten segments in flight, the first acknowledgments of them due now. */
    private static Flight inFlight(int waiting) {
        Flight f = Flight.sack(with(CONGESTION_CONTROL, NewReno::new));
        f.sends(10, waiting);
        f.after(100);
        return f;
    }

    // RFC 6937 section 3, proportional part: of RecoverFS = 12 segments ssthresh = 5 are sent while they are delivered
    @Test
    void spreadsTheReductionOverTheAcks() {
        try (Flight f = inFlight(20)) {
            f.hears(0, 1, 2);
            f.expects(10);
            f.after(10);
            f.hears(0, 1, 3);
            f.expects(11);
            f.after(10);
            f.hears(0, 1, 4);
            f.expects(0);
            assertEquals(5 * MSS, f.ssthresh());
            int[] newSegments = {-1, 12, -1, 13, -1, -1, 14, 15};
            for (int i = 0; i < newSegments.length; i++) {
                f.after(10);
                f.hears(0, 1, 5 + i);
                f.expects(newSegments[i] < 0 ? new int[0] : new int[] {newSegments[i]});
            }
        }
    }

    // RFC 6937: the flight ends at ssthresh, and so does the window
    @Test
    void endsAtSsthresh() {
        try (Flight f = inFlight(20)) {
            for (int i = 2; i <= 10; i++) {
                f.hears(0, 1, i);
                f.after(10);
            }
            f.drain();
            f.hears(12);
            assertEquals(5 * MSS, f.cwnd());
            f.after(50);
            f.drain();
            assertEquals(5 * MSS, f.s.info().flightBytes());
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    // RFC 9937 section 6.2: even if the flight is at ssthresh already
    @Test
    void theFirstRetransmissionGoesInAnyCase() {
        try (Flight f = inFlight(0)) {
            f.hears(0, 2, 5);
            f.expects(0);
            f.after(5);
            f.hears(0, 2, 6);
            f.expects();
            f.after(5);
            f.hears(0, 2, 7);
            f.expects(1);
        }
    }

    // RFC 6937 section 3: below ssthresh the conservative bound sends what was delivered, and the slow start bound one
    // more for each acknowledgment that shows progress
    @Test
    void belowSsthreshProgressLetsOneMoreGo() {
        try (Flight f = inFlight(0)) {
            f.hears(0, 6, 7);
            f.after(5);
            f.hears(0, 6, 8);
            f.expects();
            f.after(5);
            f.hears(0, 6, 9);
            f.expects(0);
            f.after(5);
            f.hears(0, 6, 10);
            f.expects(1);
            f.after(100);
            f.hears(1, 6, 10);
            f.expects(2, 3);
            f.after(20);
            f.hears(2, 6, 10);
            f.expects(4, 5);
            f.hears(10);
            assertEquals(5 * MSS, f.cwnd());
            assertEquals(6, f.s.info().retransmissions());
        }
    }

    // RFC 6937 section 3: one acknowledgment for nine segments sends no more than brings the flight to ssthresh
    @Test
    void manyLostAcksMakeNoBurst() {
        try (Flight f = inFlight(20)) {
            f.hears(0, 1, 10);
            List<Integer> atOnce = f.drain();
            assertTrue(atOnce.size() <= 2, () -> atOnce + " at once");
            f.after(90);
            List<Integer> all = new ArrayList<>(atOnce);
            all.addAll(f.drain());
            assertEquals(List.of(0, 10, 11, 12, 13), all);
        }
    }

    // RFC 8985 6.2: what was sent after the retransmission arrives, so it is lost too; no timeout is needed, and it is
    // still the same reduction
    @Test
    void aLostRetransmissionIsSentAgainInTheSameRecovery() {
        try (Flight f = inFlight(20)) {
            f.hears(0, 1, 4);
            assertEquals(List.of(0), f.drain().subList(0, 1));
            f.after(10);
            f.hears(0, 1, 7);
            f.after(10);
            f.hears(0, 1, 10);
            f.after(20);
            List<Integer> sent = f.drain();
            assertTrue(sent.size() >= 2 && sent.stream().allMatch(segment -> segment >= 10), () -> "sent " + sent);
            f.after(100);
            f.hears(0, 1, 10 + sent.size());
            assertEquals(0, f.drain().get(0));
            assertEquals(5 * MSS, f.ssthresh());
            assertEquals(1, f.s.info().fastRecoveries());
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    // RFC 6582, RFC 6937: one reduction for all the losses of one window
    @Test
    void lossesFoundLaterBelongToTheSameReduction() {
        try (Flight f = inFlight(0)) {
            f.hears(0, 1, 4);
            f.expects(0);
            f.after(10);
            f.hears(0, 5, 10, 1, 4);
            assertEquals(List.of(4), f.drain());
            f.after(100);
            f.hears(4, 5, 10);
            f.hears(10);
            assertEquals(5 * MSS, f.cwnd());
            assertEquals(1, f.s.info().fastRecoveries());
        }
    }

    // RFC 9438 4.6: the default controller reduces to 0.7 of its window
    @Test
    void cubicEndsAtSevenTenths() {
        try (Flight f = Flight.sack()) {
            f.sends(10, 20);
            f.after(100);
            f.hears(0, 1, 4);
            assertEquals(7 * MSS, f.ssthresh());
            for (int i = 5; i <= 10; i++) {
                f.after(10);
                f.hears(0, 1, i);
            }
            f.after(10);
            List<Integer> sent = f.drain();
            assertTrue(sent.contains(0));
            f.hears(10 + (int) sent.stream().filter(segment -> segment >= 10).count());
            // with the acknowledgment that ends it the window begins to grow again
            assertEquals(7 * MSS, f.ssthresh());
            assertEquals(7, f.cwnd() / MSS);
            f.after(100);
            f.drain();
            assertEquals(7 * MSS, f.s.info().flightBytes());
        }
    }
}
