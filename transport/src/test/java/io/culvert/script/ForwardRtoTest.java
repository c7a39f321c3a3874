/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Flight.acked;
import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.NewReno;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spurious timeouts recognised by the acknowledgments that follow them: RFC 5682. */
final class ForwardRtoTest {
    private static final Setting RENO = with(CONGESTION_CONTROL, NewReno::new);

    /** The peer has neither SACK nor timestamps; ten segments are in flight and the timer has expired. */
    private static Flight timedOut(int waiting, Setting... settings) {
        Setting[] all = Arrays.copyOf(settings, settings.length + 1);
        all[settings.length] = RENO;
        Flight f = Flight.plain(all);
        f.sends(10, waiting);
        f.expectsAfter(f.s.rto(), 0);
        assertEquals(MSS, f.cwnd());
        assertEquals(5 * MSS, f.ssthresh());
        return f;
    }

    /** The peer permits SACK; ten segments and the probe of the tail are in flight, and the timer has expired. */
    private static Flight timedOutWithSack(int waiting) {
        Flight f = Flight.sack(RENO);
        f.sends(10, waiting);
        // RFC 8985 7.2: twice the smoothed round trip
        f.expectsAfter(ofMillis(200), waiting > 0 ? 10 : 9);
        f.expectsAfter(f.s.rto(), 0);
        assertEquals(MSS, f.cwnd());
        return f;
    }

    private static void isUndone(Flight f) {
        assertTrue(f.cwnd() >= 10 * MSS, () -> "cwnd " + f.cwnd());
        assertEquals(Long.MAX_VALUE, f.ssthresh());
        assertEquals(1, f.s.info().spuriousLosses());
    }

    private static void isConventional(Flight f) {
        assertEquals(5 * MSS, f.ssthresh());
        assertEquals(0, f.s.info().spuriousLosses());
    }

    // RFC 5682 2.1: steps 1, 2b and 3b
    @Test
    void aDelaySpikeIsNoLoss() {
        try (Flight f = timedOut(4)) {
            f.after(50);
            f.hears(1);
            f.expects(10, 11);
            f.after(5);
            f.hears(2);
            isUndone(f);
            for (int segment = 3; segment <= 10; segment++) {
                f.after(10);
                f.hears(segment);
            }
            assertEquals(List.of(12, 13), f.drain());
            f.after(100);
            f.hears(14);
            f.peer.expectsNothingFor(ofSeconds(10));
            assertEquals(1, f.s.info().retransmissions(), "the first segment, and no other");
            assertEquals(1, f.s.info().retransmissionTimeouts());
        }
    }

    // as Linux: recurring timeouts of the same segment are one
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aDelayThatOutlastsSeveralTimeoutsIsNoLoss(int more) {
        try (Flight f = timedOut(4)) {
            for (int i = 0; i < more; i++) {
                f.expectsAfter(f.s.rto(), 0);
            }
            f.hears(1);
            f.expects(10, 11);
            f.after(5);
            f.hears(2);
            isUndone(f);
            f.hears(10);
            f.after(500);
            f.drain();
            assertEquals(1 + more, f.s.info().retransmissions());
        }
    }

    // RFC 5682 2.1 step 3a: the new segments arrive, and behind the first one there is a hole
    @Test
    void realLossesAreRepairedInSlowStart() {
        try (Flight f = timedOut(4)) {
            f.after(100);
            f.hears(1);
            f.expects(10, 11);
            f.after(100);
            f.hears(1);
            f.expects(1);
            f.after(10);
            f.hears(1);
            f.expects(2);
            isConventional(f);
            f.after(100);
            f.hears(2);
            f.after(10);
            f.hears(3);
            f.after(50);
            assertEquals(List.of(3, 4), f.drain());
            f.after(100);
            f.hears(12);
            isConventional(f);
            assertTrue(f.cwnd() <= 6 * MSS, () -> "cwnd " + f.cwnd());
            f.drain();
        }
    }

    // RFC 5682 2.1 step 2a: a duplicate
    @Test
    void aDuplicateAfterTheTimeoutIsConventional() {
        try (Flight f = timedOut(4)) {
            f.hears(0);
            f.after(50);
            f.hears(1);
            f.expects(1, 2);
            f.after(5);
            f.hears(2);
            isConventional(f);
            f.drain();
        }
    }

    // RFC 5682 2.1 step 2a: all that was in flight
    @Test
    void anAckOfEverythingIsNoEvidence() {
        try (Flight f = timedOut(0)) {
            f.hears(10);
            isConventional(f);
            f.writes(4);
            f.expects(10, 11);
            f.after(100);
            f.hears(14 - 2);
            isConventional(f);
            f.drain();
        }
    }

    // RFC 5682 2.1 step 2b: no new data
    @Test
    void withoutNewDataTheOldIsSentAgain() {
        try (Flight f = timedOut(0)) {
            f.hears(1);
            f.expects(1, 2);
            isConventional(f);
        }
    }

    // RFC 5682 2.1 step 2b: the advertised window prohibits it
    @Test
    void withAClosedWindowTheOldIsSentAgain() {
        try (Flight f = timedOut(4, peerWin(10 * MSS))) {
            f.peer.sends(acked(1).win(9 * MSS));
            f.expects(1, 2);
            isConventional(f);
        }
    }

    // RFC 9293 3.8.6.2.1: new data that silly window avoidance holds back cannot be waited for
    @Test
    void withASillyWindowTheOldIsSentAgain() {
        try (Flight f = timedOut(4, peerWin(10 * MSS))) {
            f.peer.sends(acked(1).win(9 * MSS + 100));
            f.expects(1, 2);
            isConventional(f);
        }
    }

    // RFC 5682 2.1 step 1: another timeout after progress is conventional
    @Test
    void aSecondTimeoutAfterProgressIsConventional() {
        try (Flight f = timedOut(4)) {
            f.hears(1);
            f.expects(10, 11);
            f.expectsAfter(f.s.rto(), 1);
            f.after(100);
            f.hears(2);
            f.expects(2, 3);
            f.after(5);
            f.hears(3);
            assertEquals(0, f.s.info().spuriousLosses());
            f.drain();
        }
    }

    // RFC 5682 2.1 step 1: not in recovery
    @Test
    void aTimeoutInFastRecoveryIsConventional() {
        try (Flight f = Flight.plain(RENO)) {
            f.sends(10, 0);
            f.after(100);
            f.hears(0);
            f.hears(0);
            f.hears(0);
            f.expects(0);
            // as Linux: the retransmission of the first segment has restarted the timer
            f.expectsAfter(f.s.rto(), 0);
            f.writes(4);
            f.hears(1);
            f.expects(1, 2);
            f.after(5);
            f.hears(2);
            assertEquals(0, f.s.info().spuriousLosses());
            f.drain();
        }
    }

    // RFC 6298 5.4, RFC 5682 2.1 step 1: one segment, even if the loss window had room for more
    @Test
    void onlyTheFirstOfSmallSegmentsGoesAgain() {
        try (Flight f = Flight.plain(RENO)) {
            for (int i = 0; i < 6; i++) {
                f.s.app().writes(100);
                f.peer.expects(data(1 + 100 * i, 100));
            }
            f.peer.expectsAfter(f.s.rto(), data(1, 100).noPush());
            f.peer.expectsNothing();
            f.s.app().writes(200);
            f.peer.expectsNothing();
            f.peer.sends(ack(1001, 101));
            f.peer.expects(data(601, 200));
            f.peer.sends(ack(1001, 201));
            assertEquals(1, f.s.info().spuriousLosses());
            f.peer.expectsNothingFor(ofMillis(100));
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    // RFC 5682 2.1 step 2a: the first segment is not acknowledged whole, what the second acknowledges was sent again
    @Test
    void anAckOfAPartIsNoEvidence() {
        try (Flight f = timedOut(4)) {
            f.peer.sends(ack(1001, 501));
            f.after(5);
            f.drain();
            f.hears(1);
            isConventional(f);
            f.drain();
        }
    }

    // RFC 5682 3.1: an original is acknowledged
    @ParameterizedTest
    @ValueSource(ints = {2, 5, 10})
    void withSackAnAckOfOriginalsIsEnough(int segment) {
        try (Flight f = timedOutWithSack(4)) {
            f.hears(segment);
            isUndone(f);
            f.after(5);
            f.hears(11);
            f.after(200);
            f.drain();
            f.hears(14);
            f.peer.expectsNothingFor(ofSeconds(10));
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    // RFC 5682 3.1 steps 2b and 3b
    @Test
    void withSackNewDataGoesUntilAnOriginalIsAcknowledged() {
        try (Flight f = timedOutWithSack(4)) {
            f.hears(1);
            f.expects(11, 12);
            f.after(5);
            f.hears(2);
            isUndone(f);
            f.hears(11);
            f.after(200);
            f.drain();
            assertEquals(1, f.s.info().retransmissions());
        }
    }

    // RFC 5682 3.1 step 3b: selectively, beyond the hole of the first segment
    @Test
    void withSackASelectiveAckOfAnOriginalIsEnough() {
        try (Flight f = timedOutWithSack(4)) {
            f.hears(0, 3, 4);
            isUndone(f);
            f.drain();
        }
    }

    // RFC 5682 3.1 step 3a: only what was sent after the timeout arrives
    @Test
    void withSackNewDataBehindAHoleShowsALoss() {
        try (Flight f = timedOutWithSack(4)) {
            f.after(100);
            f.hears(1);
            f.expects(11, 12);
            f.after(100);
            f.hears(1, 11, 12);
            f.expects(1);
            f.after(10);
            f.hears(1, 11, 13);
            f.expects(2);
            assertEquals(0, f.s.info().spuriousLosses());
            assertEquals(5 * MSS, f.ssthresh());
        }
    }

    // RFC 5682 3.1: what had been acknowledged selectively before the timeout is no evidence after it
    @Test
    void withSackWhatWasKnownBeforeIsNoEvidence() {
        try (Flight f = Flight.sack(RENO)) {
            f.sends(2, 0);
            f.after(100);
            f.hears(0, 1, 2);
            // RFC 8985: the reordering window of a quarter round trip, then the retransmission, which is lost, too
            f.expectsAfter(ofMillis(25), 0);
            f.peer.expectsWithin(ofSeconds(2), f.segment(0));
            assertEquals(1, f.s.info().retransmissionTimeouts());
            f.after(100);
            f.hears(2);
            assertEquals(0, f.s.info().spuriousLosses());
        }
    }

    // RFC 5682 2.1 step 2b
    @Test
    void withSackAndWithoutNewDataTheOldIsSentAgain() {
        try (Flight f = timedOutWithSack(0)) {
            f.hears(1);
            f.expects(1, 2);
            assertEquals(0, f.s.info().spuriousLosses());
        }
    }
}
