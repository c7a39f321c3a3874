/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.RTO_MIN_MILLIS;
import static io.culvert.script.SackFlight.MSS;
import static io.culvert.script.SackFlight.acked;
import static io.culvert.script.SackFlight.edge;
import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the answer to a tail loss probe tells: RFC 8985 section 7.4. SRTT is 100 ms and the RTO 300 ms.
 */
final class TailLossProbeAnswerTest {
    /** A timeout later than any probe. */
    private static SackFlight withLateTimeout() {
        return new SackFlight(with(RTO_MIN_MILLIS, 1000));
    }

    // ---- 7.4: what the probe tells of losses

    /** The peer has everything; what the probe repeated may have been lost, or not. */
    private static SackFlight withAcknowledgedProbe() {
        SackFlight f = new SackFlight();
        f.sends(3);
        f.expectsAfter(ofMillis(200), 2);
        f.after(100);
        f.hears(3);
        assertEquals(0, f.window.congestionEvents);
        return f;
    }

    private static void goesOn(SackFlight f) {
        f.sends(1);
        f.after(100);
        f.hears(4);
        f.peer.expectsNothing();
    }

    // 7.4.2 case 3: nothing says that it came twice, so the probe has repaired a loss
    @Test
    void aLossThatTheProbeHasRepairedIsACongestionEvent() {
        try (SackFlight f = withAcknowledgedProbe()) {
            goesOn(f);
            assertEquals(1, f.window.congestionEvents);
            assertEquals(1, f.window.recoveryExits);
            f.sends(1);
            f.after(100);
            f.hears(5);
            assertEquals(1, f.window.congestionEvents);
            assertEquals(0, f.window.timeouts);
        }
    }

    // 7.4.2 case 1
    @Test
    void aProbeThatIsReportedAsADuplicateHasRepairedNothing() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.expectsAfter(ofMillis(200), 2);
            f.after(10);
            f.hears(3);
            f.after(90);
            f.hears(3, 2, 3);
            goesOn(f);
            assertEquals(0, f.window.congestionEvents);
        }
    }

    // it has to be the probe that is reported
    @Test
    void aDuplicateOfAnotherSegmentSaysNothingOfTheProbe() {
        try (SackFlight f = withAcknowledgedProbe()) {
            f.hears(3, 0, 1);
            goesOn(f);
            assertEquals(1, f.window.congestionEvents);
        }
    }

    // 7.4.2 case 2: a peer that tells of no duplicates
    @Test
    void aProbeThatIsAnsweredByADuplicateAckHasRepairedNothing() {
        try (SackFlight f = withAcknowledgedProbe()) {
            f.hears(3);
            goesOn(f);
            assertEquals(0, f.window.congestionEvents);
        }
    }

    @Test
    void aWindowUpdateIsNoAnswerToTheProbe() {
        try (SackFlight f = withAcknowledgedProbe()) {
            f.peer.sends(acked(3).win(60000));
            goesOn(f);
            assertEquals(1, f.window.congestionEvents);
        }
    }

    @Test
    void dataFromThePeerIsNoAnswerToTheProbe() {
        try (SackFlight f = withAcknowledgedProbe()) {
            f.peer.sends(data(1001, 10).acks(edge(3)));
            f.peer.expectsAfter(ofMillis(40), ack(edge(3), 1011));
            f.sends(1);
            f.after(100);
            f.peer.sends(ack(1011, edge(4)));
            f.s.app().expectsRead(10);
            assertEquals(1, f.window.congestionEvents);
        }
    }

    @Test
    void aProbeOfNewDataHasRepairedNothing() {
        try (SackFlight f = new SackFlight()) {
            f.window.bytes = 2 * MSS;
            f.writes(3);
            f.expects(0, 1);
            f.expectsAfter(ofMillis(200), 2);
            f.after(100);
            f.hears(3);
            goesOn(f);
            assertEquals(0, f.window.congestionEvents);
        }
    }

    // 7.4.1: losses that SACK shows are those of recovery, which has one congestion event
    @Test
    void lossesThatTheProbeShowsAreOneCongestionEvent() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.expectsAfter(ofMillis(200), 2);
            f.after(100);
            f.hears(0, 2, 3);
            f.expects(0, 1);
            f.after(100);
            f.hears(3);
            goesOn(f);
            assertEquals(1, f.window.congestionEvents);
        }
    }

    // ---- what it is for

    // the tail is one segment: the probe is its repair
    @Test
    void aTailOfOneSegmentIsRepairedByTheProbe() {
        try (SackFlight f = withLateTimeout()) {
            f.sends(5);
            f.after(100);
            f.hears(4);
            f.expectsAfter(ofMillis(400), 4);
            f.after(100);
            f.hears(5);
            assertEquals(0, f.window.timeouts);
        }
    }

    // the answer to the probe shows the others to be lost
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void aLongerTailIsRepairedOneRoundTripAfterTheProbe(int lost) {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            if (lost < 5) {
                f.hears(5 - lost);
            }
            f.expectsAfter(ofMillis(lost < 5 ? 200 : 100), 4);
            f.after(100);
            f.hears(5 - lost, 4, 5);
            for (int i = 5 - lost; i < 4; i++) {
                f.peer.expects(f.segment(i));
            }
            f.peer.expectsNothing();
            f.after(100);
            f.hears(5);
            f.peer.expectsNothingFor(ofSeconds(5));
            assertEquals(0, f.window.timeouts);
        }
    }

    // as kernels do it by default: on a path that is nearly idle, too
    @Test
    void theLastSegmentOfAnAnswerIsRepairedWithinARoundTripOrTwo() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.app().writes(3 * 1460);
            s.peer().drain();
            s.after(ofMillis(5));
            s.peer().sends(ack().acks(1 + 1460));
            s.peer().expectsWithin(ofMillis(20), data(1 + 2 * 1460, 1460));
        }
    }
}
