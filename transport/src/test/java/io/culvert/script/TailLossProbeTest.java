/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.RTO_MIN_MILLIS;
import static io.culvert.script.SackFlight.MSS;
import static io.culvert.script.SackFlight.acked;
import static io.culvert.script.SackFlight.edge;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.netty.channel.ChannelOption.TCP_NODELAY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * The tail loss probe, RFC 8985 section 7. Where nothing else is said, SRTT is 100 ms and the RTO 300 ms.
 */
final class TailLossProbeTest {
    /** A timeout later than any probe. */
    private static SackFlight withLateTimeout() {
        return new SackFlight(with(RTO_MIN_MILLIS, 1000));
    }

    // ---- 7.2: when

    @Test
    void theProbeComesAfterTwoRoundTrips() {
        try (SackFlight f = new SackFlight()) {
            f.sends(2);
            f.expectsAfter(ofMillis(200), 1);
            assertEquals(1, f.s.info().tailLossProbes());
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    // TLP.max_ack_delay: the peer may delay the acknowledgment of a single segment
    @Test
    void aSingleSegmentWaitsForADelayedAcknowledgmentToo() {
        try (SackFlight f = withLateTimeout()) {
            f.sends(1);
            f.expectsAfter(ofMillis(400), 0);
        }
    }

    @Test
    void aSegmentThatIsLeftAloneWaitsForADelayedAcknowledgmentToo() {
        try (SackFlight f = withLateTimeout()) {
            f.sends(2);
            f.after(100);
            f.hears(1);
            f.expectsAfter(ofMillis(400), 1);
        }
    }

    @Test
    void theProbeIsNeverLaterThanTheTimeout() {
        try (SackFlight f = new SackFlight()) {
            f.sends(1);
            f.expectsAfter(ofMillis(300), 0);
            assertEquals(1, f.s.info().tailLossProbes());
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    // a bound of our own, as Linux has one
    @Test
    void onAShortPathTheProbeWaitsTenMilliseconds() {
        try (SackFlight f = new SackFlight(ofMillis(1), false)) {
            f.sends(2);
            f.expectsAfter(ofMillis(10), 1);
        }
    }

    // 7.2: without SRTT one second
    @Test
    void beforeARoundTripIsMeasuredTheProbeWaitsOneSecond() {
        try (Script s = Script.client(new FixedWindow(10 * MSS).setting())) {
            s.peer().expects(syn(0));
            s.peer().expectsAfter(ofSeconds(1), syn(0));
            s.peer().sends(synAck(1000, 1).mss(MSS).sackPermitted());
            s.peer().expects(ack(1, 1001));
            s.app().writes(2 * MSS);
            s.peer().expects(data(1, MSS).noPush(), data(edge(1), MSS));
            // RFC 6298 5.7: the timeout is 3 s
            s.peer().expectsAfter(ofSeconds(1), data(edge(1), MSS));
            assertEquals(1, s.info().tailLossProbes());
        }
    }

    @Test
    void newDataPutsTheProbeOff() {
        try (SackFlight f = withLateTimeout()) {
            f.sends(2);
            f.after(150);
            f.sends(1);
            f.expectsAfter(ofMillis(200), 2);
        }
    }

    @Test
    void anAcknowledgmentOfNewDataPutsTheProbeOff() {
        try (SackFlight f = new SackFlight()) {
            f.sends(4);
            f.after(100);
            f.hears(2);
            f.expectsAfter(ofMillis(200), 3);
        }
    }

    // 7.2: only an acknowledgment of new data, so that a peer that sends does not put it off for ever
    @Test
    void nothingElseThatThePeerSendsPutsTheProbeOff() {
        try (SackFlight f = new SackFlight()) {
            f.sends(2);
            f.after(100);
            f.peer.sends(data(1001, 10).acks(edge(0)));
            f.peer.expectsAfter(ofMillis(40), ack(edge(2), 1011));
            f.peer.sends(ack(1011, edge(0)), ack(1011, edge(0)).win(60000));
            f.expectsAfter(ofMillis(60), 1);
            f.s.app().expectsRead(10);
        }
    }

    // ---- 7.3: what

    // new data rather than a retransmission, and beyond the congestion window
    @Test
    void newDataIsTheProbeIfThereIsAny() {
        try (SackFlight f = new SackFlight()) {
            f.window.bytes = 2 * MSS;
            f.writes(4);
            f.expects(0, 1);
            f.expectsAfter(ofMillis(200), 2);
            assertEquals(1, f.s.info().tailLossProbes());
            assertEquals(0, f.s.info().retransmissions());
        }
    }

    @Test
    void theLastSegmentIsTheProbeBeyondTheCongestionWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.window.bytes = MSS;
            f.expectsAfter(ofMillis(200), 2);
        }
    }

    @Test
    void newDataThatThePeerHasNoRoomForIsNoProbe() {
        try (SackFlight f = new SackFlight()) {
            f.peer.sends(acked(0).win(2 * MSS));
            f.writes(3);
            f.expects(0, 1);
            f.expectsAfter(ofMillis(200), 1);
        }
    }

    // RFC 9293 3.8.6.2.1: nor is a segment cut for the probe
    @Test
    void newDataThatThePeerHasPartOfTheRoomForIsNoProbe() {
        try (SackFlight f = new SackFlight()) {
            f.peer.sends(acked(0).win(2 * MSS + MSS / 4));
            f.writes(3);
            f.expects(0, 1);
            f.expectsAfter(ofMillis(200), 1);
        }
    }

    // as Linux: Nagle's algorithm does not hold a probe back
    @Test
    void aSmallSegmentThatWaitsForAcknowledgmentsIsAProbe() {
        try (SackFlight f = new SackFlight(with(TCP_NODELAY, false))) {
            f.sends(2);
            f.s.app().writes(100);
            f.peer.expectsNothing();
            f.peer.expectsAfter(ofMillis(200), data(edge(2), 100));
        }
    }

    @Test
    void aFinIsTheProbeIfItIsTheLast() {
        try (SackFlight f = new SackFlight()) {
            f.sends(2);
            f.s.app().shutsOutput();
            f.peer.expects(fin(edge(2)));
            f.peer.expectsAfter(ofMillis(200), fin(edge(2)));
        }
    }

    // ---- 7.3: not more than one

    @Test
    void thereIsOneProbeAndTheTimeoutCountsFromIt() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.expectsAfter(ofMillis(200), 2);
            f.expectsAfter(ofMillis(300), 0);
            assertEquals(1, f.s.info().tailLossProbes());
            assertEquals(1, f.s.info().retransmissionTimeouts());
        }
    }

    @Test
    void whileAProbeIsOnItsWayNewDataMakesNoOther() {
        try (SackFlight f = new SackFlight()) {
            f.sends(2);
            f.expectsAfter(ofMillis(200), 1);
            f.sends(2);
            f.expectsAfter(ofMillis(300), 0);
            assertEquals(1, f.s.info().tailLossProbes());
        }
    }

    // a round trip must have been measured since the last probe: retransmissions measure none
    @Test
    void withoutANewRoundTripThereIsNoOtherProbe() {
        try (SackFlight f = withLateTimeout()) {
            f.sends(1);
            f.expectsAfter(ofMillis(400), 0);
            f.after(50);
            // of the segment, and of the probe
            f.hears(1);
            f.hears(1);
            f.sends(1);
            f.expectsAfter(f.s.rto(), 1);
            assertEquals(1, f.s.info().tailLossProbes());
            assertEquals(1, f.s.info().retransmissionTimeouts());
        }
    }

    @Test
    void afterANewRoundTripThereIs() {
        try (SackFlight f = withLateTimeout()) {
            f.sends(1);
            f.expectsAfter(ofMillis(400), 0);
            f.after(50);
            f.hears(1);
            f.hears(1);
            f.sends(1);
            f.after(100);
            f.hears(2);
            f.sends(1);
            f.expectsAfter(ofMillis(400), 2);
            assertEquals(2, f.s.info().tailLossProbes());
        }
    }

    // with timestamps the echo of a probe measures
    @Test
    void theEchoOfAProbeMeasuresARoundTrip() {
        try (SackFlight f = new SackFlight(SackFlight.RTT, true, with(RTO_MIN_MILLIS, 1000))) {
            f.sends(1);
            f.expectsAfter(ofMillis(400), 0);
            f.after(100);
            f.hears(1);
            f.hears(1);
            f.sends(1);
            f.expectsAfter(ofMillis(400), 1);
        }
    }

    // ---- 7.2: where there is none

    @Test
    void thereIsNoProbeInRecovery() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            f.after(10);
            f.sends(1);
            f.expectsAfter(ofMillis(290), 0, 4, 5);
            assertEquals(0, f.s.info().tailLossProbes());
        }
    }

    @Test
    void thereIsNoProbeWithSackedData() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.after(190);
            f.hears(0, 1, 2);
            f.expectsAfter(ofMillis(25), 0);
            assertEquals(0, f.s.info().tailLossProbes());
        }
    }

    @Test
    void thereIsNoProbeAfterATimeout() {
        try (SackFlight f = new SackFlight()) {
            f.sends(2);
            f.expectsAfter(ofMillis(200), 1);
            f.expectsAfter(ofMillis(300), 0);
            f.writes(1);
            f.peer.expectsAfter(ofMillis(600), f.segment(0));
            f.peer.drain();
            assertEquals(1, f.s.info().tailLossProbes());
        }
    }

    @Test
    void thereIsNoProbeWithoutSack() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(2 * MSS);
            s.peer().drain();
            s.peer().expectsNothingFor(s.rto().minus(ofMillis(1)));
            s.after(ofMillis(1));
            assertEquals(1, s.info().retransmissionTimeouts());
            assertEquals(0, s.info().tailLossProbes());
            s.peer().drain();
        }
    }

    @Test
    void thereIsNoProbeWhenEverythingIsAcknowledged() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.after(100);
            f.hears(3);
            f.peer.expectsNothingFor(ofSeconds(5));
        }
    }

    // the handshake has timers of its own
    @Test
    void thereIsNoProbeOfTheSynAck() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(MSS).sackPermitted());
            s.peer().expects(synAck());
            s.peer().expectsAfter(ofSeconds(1), synAck());
        }
    }
}
