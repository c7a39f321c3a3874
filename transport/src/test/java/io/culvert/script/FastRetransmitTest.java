/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.congestion.NewReno;
import org.junit.jupiter.api.Test;

/** Fast retransmit and fast recovery without SACK: RFC 5681 3.2 and RFC 6582. */
final class FastRetransmitTest {
    private static final int MSS = 1460;

    /** Our side has segments in flight, each full, and as many more bytes queued as said. */
    private static Script withSegmentsInFlight(int segments, int queued) {
        Script s = Script.establishedServer(with(CONGESTION_CONTROL, NewReno::new));
        s.app().writes(segments * MSS + queued);
        for (int i = 0; i < segments; i++) {
            s.peer().expects(queued == 0 && i == segments - 1 ? data(1 + i * MSS, MSS) : full(i));
        }
        s.peer().expectsNothing();
        return s;
    }

    private static Spec full(int index) {
        return data(1 + index * MSS, MSS).noPush();
    }

    private static void duplicates(Script s, int acked, int count) {
        for (int i = 0; i < count; i++) {
            s.peer().sends(ack(1001, acked));
        }
    }

    // RFC 5681 3.2 step 2
    @Test
    void thirdDuplicateAckRetransmitsTheFirstSegment() {
        try (Script s = withSegmentsInFlight(5, 0)) {
            duplicates(s, 1, 2);
            s.peer().expectsNothing();
            duplicates(s, 1, 1);
            s.peer().expects(full(0));
            s.peer().sends(ack(1001, 1 + 5 * MSS));
            s.peer().expectsNothingFor(ofSeconds(10));
            assertEquals(1, s.info().retransmissions());
            assertEquals(0, s.info().retransmissionTimeouts());
        }
    }

    // RFC 5681 section 2: (b) no data, (e) the same window; otherwise it is no duplicate
    @Test
    void windowUpdatesAndDataAreNoDuplicates() {
        try (Script s = withSegmentsInFlight(5, 0)) {
            for (int i = 0; i < 4; i++) {
                s.peer().sends(ack(1001, 1).win(60000 + i));
            }
            s.peer().sends(data(1001, 10).acks(1).win(60003), data(1011, 10).acks(1).win(60003),
                    data(1021, 10).acks(1).win(60003));
            s.peer().expects(ack().acks(1031));
            s.app().expectsRead(30);
            assertEquals(0, s.info().retransmissions());
        }
    }

    // RFC 5681 section 2: (a) there is data outstanding
    @Test
    void acksWithNothingInFlightAreNoDuplicates() {
        try (Script s = Script.establishedServer()) {
            duplicates(s, 1, 5);
            s.app().writes(MSS);
            s.peer().expects(data(1, MSS));
            duplicates(s, 1, 2);
            s.peer().expectsNothing();
        }
    }

    @Test
    void aNewAckStartsTheCountAnew() {
        try (Script s = withSegmentsInFlight(5, 0)) {
            duplicates(s, 1, 2);
            s.peer().sends(ack(1001, 1 + MSS));
            duplicates(s, 1 + MSS, 2);
            s.peer().expectsNothing();
            duplicates(s, 1 + MSS, 1);
            s.peer().expects(full(1));
        }
    }

    // RFC 6582 3.2 step 3: each partial acknowledgment repairs the next hole at once
    @Test
    void partialAcksRetransmitTheNextHole() {
        try (Script s = withSegmentsInFlight(6, 0)) {
            duplicates(s, 1, 3);
            s.peer().expects(full(0));
            s.peer().sends(ack(1001, 1 + 2 * MSS));
            s.peer().expects(full(2));
            s.peer().sends(ack(1001, 1 + 4 * MSS));
            s.peer().expects(full(4));
            s.peer().sends(ack(1001, 1 + 6 * MSS));
            s.peer().expectsNothingFor(ofSeconds(10));
            assertEquals(0, s.info().retransmissionTimeouts());
        }
    }

    // RFC 5681 3.2 steps 2 and 3; RFC 6582 3.2 step 3: one reduction for one window of losses
    @Test
    void severalLossesOfOneWindowHalveItOnce() {
        try (Script s = withSegmentsInFlight(10, 0)) {
            duplicates(s, 1, 3);
            s.peer().expects(full(0));
            assertEquals(5 * MSS, s.info().slowStartThresholdBytes());
            s.peer().sends(ack(1001, 1 + 3 * MSS));
            s.peer().expects(full(3));
            s.peer().sends(ack(1001, 1 + 10 * MSS));
            s.peer().expectsNothing();
            assertEquals(5 * MSS, s.info().slowStartThresholdBytes());
            // RFC 6937: the reduction ends at ssthresh
            assertEquals(5 * MSS, s.info().congestionWindowBytes());
        }
    }

    // RFC 3042: one new segment for each of the first two duplicates
    @Test
    void limitedTransmitSendsANewSegmentForEachOfTheFirstTwoDuplicates() {
        try (Script s = withSegmentsInFlight(10, 3 * MSS)) {
            duplicates(s, 1, 1);
            s.peer().expects(full(10));
            duplicates(s, 1, 1);
            s.peer().expects(full(11));
            duplicates(s, 1, 1);
            s.peer().expects(full(0));
            // what limited transmit has sent is no part of FlightSize: RFC 5681 3.2 step 2
            assertEquals(5 * MSS, s.info().slowStartThresholdBytes());
        }
    }

    // RFC 6937 section 3: of 12 segments in flight 5 are to be sent while they leave the network
    @Test
    void proportionalRateReductionSpreadsNewSegments() {
        try (Script s = withSegmentsInFlight(10, 4 * MSS)) {
            duplicates(s, 1, 2);
            s.peer().expects(full(10), full(11));
            duplicates(s, 1, 1);
            s.peer().expects(full(0));
            // ceil(6 * 5 / 12) - 1 is the first to leave room for a segment more
            duplicates(s, 1, 1);
            s.peer().expectsNothing();
            duplicates(s, 1, 1);
            s.peer().expects(full(12));
        }
    }

    @Test
    void duplicatesInRecoveryRetransmitNothingTwice() {
        try (Script s = withSegmentsInFlight(8, 0)) {
            duplicates(s, 1, 3);
            s.peer().expects(full(0));
            duplicates(s, 1, 4);
            s.peer().expectsNothing();
            assertEquals(1, s.info().retransmissions());
        }
    }

    // RFC 6582 3.2 step 2 and 4: duplicates of what was sent before a timeout are no new loss
    @Test
    void duplicatesAfterATimeoutStartNoFastRetransmit() {
        try (Script s = withSegmentsInFlight(6, 0)) {
            s.peer().expectsAt(s.rto(), full(0));
            long ssthresh = s.info().slowStartThresholdBytes();
            s.peer().sends(ack(1001, 1 + MSS));
            s.peer().expects(full(1), full(2));
            duplicates(s, 1 + MSS, 4);
            s.peer().expectsNothing();
            assertEquals(ssthresh, s.info().slowStartThresholdBytes());
        }
    }

    // RFC 6582 3.2 step 2: an acknowledgment beyond recover may start another one
    @Test
    void aLaterLossStartsANewRecovery() {
        try (Script s = withSegmentsInFlight(5, 0)) {
            duplicates(s, 1, 3);
            s.peer().expects(full(0));
            s.peer().sends(ack(1001, 1 + 5 * MSS));
            s.app().writes(2 * MSS);
            s.peer().expects(full(5), data(1 + 6 * MSS, MSS));
            s.peer().sends(ack(1001, 1 + 6 * MSS));
            s.app().writes(3 * MSS);
            s.peer().expects(full(7));
            s.peer().drain();
            // RFC 3042: the first two let new segments go
            duplicates(s, 1 + 6 * MSS, 2);
            s.peer().drain();
            duplicates(s, 1 + 6 * MSS, 1);
            s.peer().expects(full(6));
            s.peer().drain();
        }
    }

    // RFC 6298 5.1 and RFC 6582 section 4: a retransmission that is lost too is found by the timer
    @Test
    void aLostRetransmissionWaitsForTheTimer() {
        try (Script s = withSegmentsInFlight(5, 0)) {
            duplicates(s, 1, 4);
            s.peer().expects(full(0));
            s.peer().expectsWithin(s.rto(), full(0));
            assertEquals(1, s.info().retransmissionTimeouts());
            assertEquals(MSS, s.info().congestionWindowBytes());
        }
    }
}
