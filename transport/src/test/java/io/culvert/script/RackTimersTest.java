/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.RTO_MIN_MILLIS;
import static io.culvert.script.Setting.with;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * The timers of loss detection by time: RFC 8985 sections 6.3 and 8. Where nothing else is said, the round trip is 100
 * ms.
 */
final class RackTimersTest {
    private static SackFlight withReorderingSeen() {
        SackFlight f = new SackFlight();
        f.sends(2);
        f.after(100);
        f.hears(0, 1, 2);
        f.hears(2);
        f.peer.expectsNothing();
        return f;
    }

    // ---- 6.3: the retransmission timer

    @Test
    void aTimeoutTakesTheFirstSegmentAndWhatIsOverdueForLost() {
        try (SackFlight f = new SackFlight()) {
            f.sends(1);
            f.after(100);
            f.hears(1);
            f.sends(3);
            f.expectsAfter(ofMillis(200), 3);
            f.after(250);
            f.sends(1);
            // RFC 5682 2.1 step 1: the first one alone, then the others
            f.expectsAfter(ofMillis(50), 1);
            assertEquals(1, f.s.info().retransmissionTimeouts());
            f.after(60);
            f.hears(2);
            f.expects(2, 3);
            f.after(40);
            f.hears(5);
            f.peer.expectsNothingFor(ofSeconds(5));
        }
    }

    // ---- section 8: one timer at a time

    @Test
    void theReorderingTimerTakesThePlaceOfTheRetransmissionTimer() {
        try (SackFlight f = new SackFlight(ofMillis(800), false, with(RTO_MIN_MILLIS, 100))) {
            int sent = 0;
            for (; sent < 30; sent++) {
                f.sends(1);
                f.after(800);
                f.hears(sent + 1);
            }
            assertEquals(900, f.s.rto().toMillis());
            f.sends(3);
            f.after(800);
            f.hears(30, 31, 32);
            f.expectsAfter(ofMillis(200), 30);
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    // RFC 6675 section 6, as Linux: the timer counts from the retransmission of the first segment
    @Test
    void theTimeoutCountsFromTheRetransmissionOfTheFirstSegment() {
        try (SackFlight f = new SackFlight(ofMillis(800), false)) {
            int sent = 0;
            for (; sent < 30; sent++) {
                f.sends(1);
                f.after(800);
                f.hears(sent + 1);
            }
            f.sends(4);
            f.after(800);
            f.hears(30, 31, 34);
            f.expects(30);
            f.peer.expectsNothingFor(ofMillis(800));
            f.hears(34);
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    @Test
    void whatTheReorderingTimerHasFoundLostHasARetransmissionTimerAgain() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.after(100);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            f.expectsAfter(f.s.rto(), 0, 2);
            assertEquals(1, f.s.info().retransmissionTimeouts());
        }
    }

    @Test
    void afterTheReorderingTimerTheRetransmissionTimerRunsAgain() {
        try (SackFlight f = withReorderingSeen()) {
            f.sends(8);
            f.after(100);
            f.hears(2, 3, 5);
            f.expectsAfter(ofMillis(25), 2);
            f.after(10);
            f.hears(2, 3, 5, 6, 7);
            f.expectsAfter(ofMillis(25), 5);
            f.expectsAfter(f.s.rto(), 2, 5, 7, 8, 9);
        }
    }

    // even if the window leaves no room for what it has found
    @Test
    void theRetransmissionTimerRunsAgainThoughNothingCouldBeSent() {
        try (SackFlight f = withReorderingSeen()) {
            f.sends(8);
            f.after(100);
            f.hears(2, 3, 5);
            f.expectsAfter(ofMillis(25), 2);
            f.after(10);
            f.hears(2, 3, 5, 6, 7);
            f.window.bytes = SackFlight.MSS;
            f.expectsAfter(f.s.rto().plusMillis(25), 2);
            assertEquals(1, f.s.info().retransmissionTimeouts());
        }
    }
}
