/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Flight.acked;
import static io.culvert.script.Setting.with;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.NewReno;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Loss episodes that prove spurious, and what they had taken away: the Eifel detection by timestamps (RFC 3522), that
 * by D-SACK (RFC 3708), and the response (RFC 4015).
 */
final class UndoTest {
    private static final Setting RENO = with(CONGESTION_CONTROL, NewReno::new);

    private static void isUndone(Flight f) {
        assertEquals(1, f.s.info().spuriousLosses());
        assertEquals(Long.MAX_VALUE, f.ssthresh());
        assertTrue(f.cwnd() >= 10 * MSS, () -> "cwnd " + f.cwnd());
    }

    private static void isReduced(Flight f) {
        assertEquals(0, f.s.info().spuriousLosses());
        assertEquals(5 * MSS, f.ssthresh());
    }

    /** Three segments have overtaken the first, which was sent again. */
    private static Flight overtaken(Flight f) {
        f.sends(10, 0);
        int original = f.peer.lastTsVal();
        f.after(100);
        f.peer.sends(original == 0 ? acked(0, 1, 4) : acked(0, 1, 4).tsEcr(original));
        f.expects(0);
        assertEquals(5 * MSS, f.ssthresh());
        f.after(10);
        return f;
    }

    /** The timer has expired for ten segments. */
    private static Flight timedOut(Flight f, int waiting) {
        f.sends(10, waiting);
        f.expectsAfter(f.s.rto(), 0);
        assertEquals(MSS, f.cwnd());
        f.after(10);
        return f;
    }

    /** The peer's block for a segment that it had already. */
    private static Spec duplicate(int acked, int segment) {
        return acked(acked, segment, segment + 1);
    }

    // RFC 3522 section 3.2: in fast recovery the acknowledgment echoes the original
    @Test
    void anEchoOfTheOriginalEndsFastRecovery() {
        try (Flight f = overtaken(Flight.sackStamped(RENO))) {
            int original = f.peer.lastTsVal() - 100;
            f.peer.sends(acked(4).tsEcr(original));
            isUndone(f);
            f.writes(4);
            f.after(100);
            assertEquals(4, f.drain().size());
            f.hears(14);
            f.peer.expectsNothingFor(ofSeconds(10));
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    @Test
    void anEchoOfTheRetransmissionDoesNot() {
        try (Flight f = overtaken(Flight.sackStamped(RENO))) {
            f.peer.sends(acked(4).tsEcr(f.peer.lastTsVal()));
            isReduced(f);
            f.hears(10);
            isReduced(f);
        }
    }

    @Test
    void withoutSackAnEchoOfTheOriginalEndsFastRecovery() {
        try (Flight f = Flight.stamped(RENO)) {
            f.sends(10, 0);
            int original = f.peer.lastTsVal();
            f.after(100);
            f.peer.sends(acked(0).tsEcr(original), acked(0).tsEcr(original), acked(0).tsEcr(original));
            f.expects(0);
            isReduced(f);
            f.peer.sends(acked(4).tsEcr(original));
            isUndone(f);
        }
    }

    // RFC 3522 section 3.2: after a timeout, too; RFC 4015 section 3.2: go on with new data, not with what is in flight
    @Test
    void anEchoOfTheOriginalEndsATimeout() {
        try (Flight f = timedOut(Flight.stamped(RENO), 4)) {
            f.peer.sends(acked(1).tsEcr(f.peer.lastTsVal() - 300));
            isUndone(f);
            f.after(50);
            assertTrue(f.drain().stream().allMatch(segment -> segment >= 10));
            f.hears(10);
            f.after(50);
            f.drain();
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    @Test
    void anEchoOfTheRetransmissionConfirmsATimeout() {
        try (Flight f = timedOut(Flight.stamped(RENO), 0)) {
            f.hears(1);
            f.expects(1, 2);
            isReduced(f);
        }
    }

    // RFC 3522: even if everything is acknowledged with it
    @Test
    void anAckOfEverythingThatEchoesTheOriginalIsEvidence() {
        try (Flight f = timedOut(Flight.stamped(RENO), 0)) {
            f.peer.sends(acked(10).tsEcr(f.peer.lastTsVal() - 300));
            isUndone(f);
        }
    }

    // RFC 3708 section 3: the retransmission is reported as a duplicate, in recovery
    @Test
    void aDuplicateReportEndsFastRecovery() {
        try (Flight f = overtaken(Flight.sack(RENO))) {
            f.hears(4);
            isReduced(f);
            f.after(90);
            f.peer.sends(duplicate(4, 0));
            isUndone(f);
        }
    }

    // RFC 3708: after recovery has ended, too
    @Test
    void aDuplicateReportUndoesARecoveryThatHasEnded() {
        try (Flight f = overtaken(Flight.sack(RENO))) {
            f.hears(10);
            isReduced(f);
            assertEquals(5 * MSS, f.cwnd());
            f.after(90);
            f.peer.sends(duplicate(10, 0));
            isUndone(f);
        }
    }

    @Test
    void aDuplicateReportUndoesATimeout() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 0);
            f.expectsAfter(ofMillis(200), 9);
            f.expectsAfter(f.s.rto(), 0);
            f.hears(9);
            f.after(5);
            f.peer.sends(duplicate(10, 0));
            assertTrue(f.cwnd() >= 10 * MSS, () -> "cwnd " + f.cwnd());
            assertEquals(Long.MAX_VALUE, f.ssthresh());
            assertEquals(1, f.s.info().spuriousLosses());
        }
    }

    // RFC 3708 section 3: mixed, one of two retransmissions was needed
    @Test
    void oneNeededRetransmissionKeepsTheReduction() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(10, 0);
            f.after(100);
            f.hears(0, 2, 9);
            f.after(20);
            assertEquals(List.of(0, 1), f.drain());
            f.after(80);
            f.hears(10);
            f.peer.sends(duplicate(10, 1));
            isReduced(f);
            f.peer.sends(duplicate(10, 0));
            isUndone(f);
        }
    }

    // RFC 3708 section 3: the network has doubled something else
    @Test
    void aDuplicateOfWhatWasNotSentAgainIsNoEvidence() {
        try (Flight f = overtaken(Flight.sack(RENO))) {
            f.hears(10);
            f.peer.sends(duplicate(10, 7));
            isReduced(f);
            f.writes(2);
            f.expects(10, 11);
            f.after(100);
            f.hears(12);
            f.peer.sends(duplicate(12, 11));
            isReduced(f);
        }
    }

    @Test
    void anEpisodeIsUndoneOnce() {
        try (Flight f = overtaken(Flight.sackStamped(RENO))) {
            f.peer.sends(acked(10).tsEcr(f.peer.lastTsVal() - 100));
            isUndone(f);
            f.after(90);
            f.peer.sends(duplicate(10, 0));
            f.peer.sends(duplicate(10, 0));
            assertEquals(1, f.s.info().spuriousLosses());
        }
    }

    // RFC 4015 section 3.2: the next loss is one like any other
    @Test
    void aLaterRealLossIsReduced() {
        try (Flight f = overtaken(Flight.sack(RENO))) {
            f.hears(10);
            f.peer.sends(duplicate(10, 0));
            isUndone(f);
            f.writes(10);
            f.after(100);
            f.drain();
            f.hears(10, 11, 14);
            // reordering is known, so that a quarter of a round trip is waited
            f.after(100);
            assertEquals(10, f.drain().get(0));
            assertEquals(2, f.s.info().fastRecoveries());
            assertTrue(f.ssthresh() <= 6 * MSS, () -> "ssthresh " + f.ssthresh());
        }
    }

    // what the same acknowledgment shows to be lost is another episode
    @Test
    void aLossShownWithTheDuplicateIsReduced() {
        try (Flight f = overtaken(Flight.sack(RENO))) {
            f.hears(10);
            f.writes(5);
            f.after(90);
            f.drain();
            f.after(100);
            f.peer.sends(acked(10, 0, 1, 14, 15));
            f.after(50);
            assertEquals(1, f.s.info().spuriousLosses());
            assertEquals(10, f.drain().get(0));
            assertEquals(2, f.s.info().fastRecoveries());
        }
    }

    // RFC 9438 4.9: the default controller
    @Test
    void cubicGetsItsWindowBack() {
        try (Flight f = Flight.sack()) {
            f.sends(10, 0);
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            assertEquals(7 * MSS, f.ssthresh());
            f.after(10);
            f.hears(10);
            f.peer.sends(duplicate(10, 0));
            isUndone(f);
        }
    }

    // RFC 4015 section 3.2: what the pause has left unsent leaves paced, not as a burst
    @Test
    void theWindowGivenBackMakesNoBurst() {
        try (Flight f = overtaken(Flight.sack(RENO))) {
            f.hears(10);
            f.writes(10);
            f.drain();
            f.peer.sends(duplicate(10, 0));
            isUndone(f);
            int atOnce = f.drain().size();
            assertTrue(atOnce <= 2, () -> atOnce + " at once");
            f.after(100);
            f.drain();
        }
    }
}
