/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.SackFlight.acked;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Loss detection by time, RFC 8985 section 6. Where nothing else is said, the round trip is 100 ms, so that the
 * reordering window is 25 ms.
 */
final class RackTest {
    // ---- 6.2 step 5: what is lost, and when

    // a segment is lost when a later one is delivered, and a round trip and the reordering window have passed
    @Test
    void aSegmentThatIsOvertakenIsLostAfterTheReorderingWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            assertEquals(1, f.s.info().fastRecoveries());
            f.hears(3);
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    @Test
    void aSegmentThatComesWithinTheReorderingWindowIsNotLost() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.after(100);
            f.hears(0, 1, 2);
            f.after(24);
            f.hears(2);
            f.after(1);
            f.hears(3);
            f.peer.expectsNothingFor(ofSeconds(5));
            assertEquals(0, f.s.info().retransmissions());
        }
    }

    // only what was sent before the newest segment that is delivered
    @Test
    void whatWasSentAfterTheNewestSegmentDeliveredIsNotLost() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 2, 3);
            f.expectsAfter(ofMillis(25), 0, 1);
            f.peer.expectsNothing();
        }
    }

    // the time counts from each segment's own transmission; timers may come together, as RFC and Linux have one
    @Test
    void noSegmentIsLostBeforeItsOwnTime() {
        try (SackFlight f = new SackFlight()) {
            f.sends(2);
            f.after(10);
            f.sends(2);
            f.after(100);
            f.hears(0, 3, 4);
            f.after(14);
            f.peer.expectsNothing();
            f.after(10);
            assertTrue(f.peer.drain().stream().noneMatch(got -> got.seq() == SackFlight.edge(2)));
            f.after(1);
            assertTrue(f.peer.drain().stream().anyMatch(got -> got.seq() == SackFlight.edge(2)));
            assertEquals(3, f.s.info().retransmissions());
        }
    }

    @Test
    void aSegmentThatIsOverdueAlreadyIsLostAtOnce() {
        try (SackFlight f = new SackFlight()) {
            f.sends(1);
            f.after(30);
            f.sends(1);
            f.after(100);
            f.hears(0, 1, 2);
            f.expects(0);
        }
    }

    // ---- 6.2 step 4: the reordering window

    // DupThresh: three segments delivered behind a hole are proof enough while no reordering was seen
    @Test
    void threeSackedSegmentsNeedNoWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(6);
            f.after(100);
            f.hears(0, 1, 3);
            f.peer.expectsNothing();
            f.hears(0, 1, 4);
            f.expects(0);
        }
    }

    @Test
    void twoSackedSegmentsNeedTheWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(6);
            f.after(100);
            f.hears(0, 1, 3);
            f.expectsAfter(ofMillis(25), 0);
        }
    }

    // in recovery there is no window while no reordering was seen
    @Test
    void inRecoveryThereIsNoWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(6);
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            f.hears(0, 1, 2, 3, 4);
            f.expects(2);
        }
    }

    private static SackFlight withReorderingSeen() {
        SackFlight f = new SackFlight();
        f.sends(2);
        f.after(100);
        f.hears(0, 1, 2);
        f.hears(2);
        f.peer.expectsNothing();
        return f;
    }

    // 6.2 step 3, and step 4: once reordering was seen, there always is the window
    @Test
    void onceReorderingWasSeenThreeSackedSegmentsNeedTheWindow() {
        try (SackFlight f = withReorderingSeen()) {
            f.sends(6);
            f.after(100);
            f.hears(2, 3, 8);
            f.expectsAfter(ofMillis(25), 2);
        }
    }

    @Test
    void onceReorderingWasSeenThereIsTheWindowInRecovery() {
        try (SackFlight f = withReorderingSeen()) {
            f.sends(8);
            f.after(100);
            f.hears(2, 3, 5);
            f.expectsAfter(ofMillis(25), 2);
            f.after(10);
            f.sends(2);
            f.after(100);
            // 5 was sent long ago; the retransmission of 2 was sent 110 ms ago
            f.hears(2, 3, 5, 10, 11);
            f.peer.expects(f.segment(5), f.segment(6), f.segment(7), f.segment(8), f.segment(9));
            f.expectsAfter(ofMillis(15), 2);
        }
    }

    // step 3: a segment that was sent again may be late for that reason
    @Test
    void aRetransmissionThatIsDeliveredShowsNoReordering() {
        try (SackFlight f = new SackFlight()) {
            f.sends(4);
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            f.after(100);
            f.hears(4);
            f.sends(4);
            f.after(100);
            f.hears(4, 5, 8);
            f.expects(4);
        }
    }

    // step 3 goes in the order of sequence numbers, whatever the order of the blocks (RFC 2018 section 4: newest first)
    @Test
    void theOrderOfTheBlocksShowsNoReordering() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.after(100);
            // the acknowledgment that had told of 2 was lost
            f.hears(0, 6, 7, 2, 3);
            f.peer.expectsNothing();
            f.hears(0, 6, 8, 2, 3);
            f.expects(0, 1, 3, 4, 5);
        }
    }

    @Test
    void acknowledgmentsThatWereLostShowNoReordering() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.after(100);
            f.hears(0, 8, 9, 6, 7, 4, 5, 2, 3);
            f.expects(0, 1, 3, 5, 7);
        }
    }

    // the window is a quarter of the smallest round trip, however large SRTT is
    @Test
    void theWindowIsAQuarterOfTheSmallestRoundTrip() {
        try (SackFlight f = new SackFlight()) {
            for (int i = 0; i < 5; i++) {
                f.sends(1);
                f.after(180);
                f.hears(i + 1);
            }
            f.sends(3);
            f.after(180);
            f.hears(5, 6, 7);
            f.expectsAfter(ofMillis(25), 5);
        }
    }

    // ---- 6.2 step 4: D-SACK

    /** Segment 0 was retransmitted in vain, and the peer has said so. */
    private static SackFlight withNeedlessRetransmission() {
        SackFlight f = new SackFlight();
        f.sends(4);
        f.after(100);
        f.hears(0, 1, 2);
        f.expectsAfter(ofMillis(25), 0);
        f.after(5);
        f.hears(4);
        f.after(95);
        return f;
    }

    private static void loses(SackFlight f, int first, int window) {
        f.sends(3);
        f.after(100);
        f.hears(first, first + 1, first + 2);
        f.expectsAfter(ofMillis(window), first);
        f.after(100);
        f.hears(first + 3);
        f.peer.expectsNothing();
    }

    @Test
    void aDuplicateSackWidensTheWindow() {
        try (SackFlight f = withNeedlessRetransmission()) {
            f.hears(4, 0, 1);
            loses(f, 4, 50);
        }
    }

    // one for each round trip
    @Test
    void duplicateSacksOfOneRoundTripWidenTheWindowOnce() {
        try (SackFlight f = withNeedlessRetransmission()) {
            f.writes(1);
            f.expects(4);
            f.hears(4, 0, 1);
            f.hears(4, 1, 2);
            f.hears(4, 2, 3);
            f.after(100);
            f.hears(5);
            loses(f, 5, 50);
        }
    }

    @Test
    void aDuplicateSackOfTheNextRoundTripWidensItAgain() {
        try (SackFlight f = withNeedlessRetransmission()) {
            f.sends(1);
            f.hears(4, 0, 1);
            f.after(100);
            f.hears(5);
            f.hears(5, 1, 2);
            loses(f, 5, 75);
        }
    }

    // no more than SRTT
    @Test
    void theWindowNeverExceedsTheSmoothedRoundTrip() {
        try (SackFlight f = withNeedlessRetransmission()) {
            for (int i = 4; i < 12; i++) {
                f.sends(1);
                f.after(100);
                f.hears(i + 1);
                f.hears(i + 1, i, i + 1);
            }
            assertEquals(ofMillis(100).toNanos(), f.s.info().smoothedRttNanos());
            loses(f, 12, 100);
        }
    }

    // after 16 recoveries without one it is as it was
    @Test
    void sixteenRecoveriesWithoutDuplicateSackNarrowTheWindow() {
        try (SackFlight f = withNeedlessRetransmission()) {
            f.hears(4, 0, 1);
            int first = 4;
            for (int recovery = 1; recovery <= 16; recovery++) {
                loses(f, first, 50);
                first += 3;
            }
            loses(f, first, 25);
        }
    }

    @Test
    void aDuplicateSackKeepsTheWindowForSixteenRecoveriesMore() {
        try (SackFlight f = withNeedlessRetransmission()) {
            f.hears(4, 0, 1);
            int first = 4;
            for (int recovery = 1; recovery <= 15; recovery++) {
                loses(f, first, 50);
                first += 3;
            }
            f.hears(first, first - 1, first);
            for (int recovery = 1; recovery <= 16; recovery++) {
                loses(f, first, 75);
                first += 3;
            }
            loses(f, first, 25);
        }
    }

    // ---- 6.2 step 2: what is taken for delivered, and its round trip

    @Test
    void aLostRetransmissionIsFoundAgain() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 1, 5);
            f.expects(0);
            f.after(1);
            f.sends(1);
            f.after(100);
            f.hears(0, 1, 6);
            f.expects(0);
            f.after(1);
            f.sends(1);
            f.after(100);
            f.hears(0, 1, 7);
            f.expects(0);
            f.after(100);
            f.hears(7);
            assertEquals(3, f.s.info().retransmissions());
            assertEquals(0, f.s.info().retransmissionTimeouts());
            assertEquals(1, f.window.congestionEvents);
        }
    }

    // and not as long as it may be on its way
    @Test
    void aRetransmissionIsNotLostForWhatWasSentBeforeIt() {
        try (SackFlight f = new SackFlight()) {
            f.sends(8);
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            for (int i = 5; i <= 8; i++) {
                f.after(5);
                f.hears(0, 1, i);
            }
            f.peer.expectsNothing();
        }
    }

    // a retransmission that is acknowledged sooner than any round trip: the original was delivered
    @Test
    void anAcknowledgmentTooSoonIsNotOfTheRetransmission() {
        try (SackFlight f = new SackFlight()) {
            f.sends(6);
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            f.after(10);
            f.hears(2);
            f.peer.expectsNothing();
            f.after(50);
            f.hears(6);
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    // after a round trip it is taken for the retransmission's
    @Test
    void anAcknowledgmentAfterARoundTripIsOfTheRetransmission() {
        try (SackFlight f = new SackFlight()) {
            f.sends(6);
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            f.after(100);
            f.hears(2);
            f.expects(2, 3, 4, 5);
        }
    }

    // with timestamps the echo tells, however long it took
    @Test
    void theEchoOfTheOriginalIsNotOfTheRetransmission() {
        try (SackFlight f = new SackFlight(SackFlight.RTT, true)) {
            f.sends(6);
            int original = f.peer.lastTsVal();
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            f.after(120);
            f.peer.sends(acked(2).tsEcr(original));
            f.peer.expectsNothing();
        }
    }

    @Test
    void theEchoOfTheRetransmissionIs() {
        try (SackFlight f = new SackFlight(SackFlight.RTT, true)) {
            f.sends(6);
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            int again = f.peer.lastTsVal();
            f.after(120);
            f.peer.sends(acked(2).tsEcr(again));
            f.expects(2, 3, 4, 5);
        }
    }

    // RACK.rtt is that of the segment sent last among those that one acknowledgment delivers
    @Test
    void theRoundTripIsThatOfTheNewestSegmentDelivered() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(50);
            f.sends(2);
            f.after(50);
            f.hears(0, 1, 4);
            f.expects(0);
            f.after(100);
            // of 0, sent again 100 ms ago, and of 4, sent 200 ms ago; 5 and 6 were sent 150 ms ago
            f.hears(5);
            f.expects(5, 6);
        }
    }
}
