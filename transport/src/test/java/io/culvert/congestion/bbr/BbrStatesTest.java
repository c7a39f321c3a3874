/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The cases of the draft's appendix "BBR Example Test Cases", in the model of one flow. */
final class BbrStatesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int SMSS = 1448;

    private final ModelFlow flow = new ModelFlow(Bbr.factory(), 10, 50, 0, SMSS, 1);
    private final PathModel model = flow.model;

    /** BBR.max_bw in units of the 10 Mbit/s with which the flow begins. */
    private double maxBwOfRate() {
        return model.maxBandwidth.maxBw() / 1_250_000.0;
    }

    // "Exiting STARTUP on Bandwidth Plateau"
    @Test
    void leavesStartupWhenTheBandwidthStopsGrowing() {
        assertEquals(BbrState.STARTUP, model.state);
        flow.runUntil(BbrState.DRAIN, 2 * SECOND);
        assertTrue(model.fullBandwidth.fullBwReached);
        assertEquals(1, maxBwOfRate(), 0.02);
    }

    // "Exiting DRAIN Based on Inflight"
    @Test
    void leavesDrainWhenTheQueueIsGone() {
        flow.runUntil(BbrState.DRAIN, 2 * SECOND);
        assertTrue(model.transport.inflight > model.inflight(model.bw, 1));
        assertEquals(0.5 * 0.99 * model.bw, flow.controller.pacingRate(), 1);
        // down to the BDP there is nothing left for ProbeBW_DOWN to drain
        flow.runUntil(BbrState.PROBE_BW_CRUISE, flow.nowNanos + 200 * MILLI);
        assertTrue(model.transport.inflight <= model.inflight(model.bw, 1));
    }

    // "Exiting PROBE_DOWN on Inflight"
    @Test
    void cruisesWhenInflightIsDownToTheBdp() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        flow.runUntil(BbrState.PROBE_BW_DOWN, 5 * SECOND);
        assertTrue(model.transport.inflight > model.inflight(model.maxBandwidth.maxBw(), 1));
        flow.runUntil(BbrState.PROBE_BW_CRUISE, flow.nowNanos + SECOND);
        assertTrue(model.transport.inflight <= model.inflight(model.maxBandwidth.maxBw(), 1));
        assertTrue(model.transport.inflight <= model.inflightWithHeadroom());
    }

    // "StartProbeBW_REFILL() ... for one packet-timed round trip"
    @Test
    void refillsForOneRoundTripBeforeItProbes() {
        flow.runUntil(BbrState.PROBE_BW_REFILL, 5 * SECOND);
        long round = model.round.roundCount;
        flow.runUntil(BbrState.PROBE_BW_UP, flow.nowNanos + SECOND);
        assertEquals(round + 1, model.round.roundCount);
    }

    // "Exiting PROBE_UP on Bandwidth Plateau"
    @Test
    void endsAProbeWhenThreeRoundTripsBringNoMore() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        long round = model.round.roundCount;
        flow.runUntil(BbrState.PROBE_BW_DOWN, flow.nowNanos + SECOND);
        assertTrue(model.fullBandwidth.fullBwNow);
        assertEquals(3, model.fullBandwidth.fullBwCount);
        assertTrue(model.round.roundCount >= round + 3);
    }

    // "Exiting PROBE_UP on Loss When Application-Limited"
    @Test
    void endsAProbeThatLosesThoughTheApplicationLimitsIt() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        long longterm = model.longTerm.inflightLongterm;
        flow.controller.onLost(flow.nowNanos, SMSS, 20 * SMSS, 4 * SMSS, true);
        assertEquals(BbrState.PROBE_BW_DOWN, model.state);
        assertEquals(longterm, model.longTerm.inflightLongterm);
    }

    // "Handling Loss During PROBE_UP After inflight_longterm is Set"
    @Test
    void endsAProbeThatLosesAndRemembersTheVolume() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        long target = model.targetInflight();
        flow.controller.onLost(flow.nowNanos, SMSS, 20 * SMSS, 4 * SMSS, false);
        assertEquals(BbrState.PROBE_BW_DOWN, model.state);
        // "does not react more dramatically than CUBIC's 0.7x"
        assertEquals((long) (0.7 * target), model.longTerm.inflightLongterm);
    }

    // "only react once per bw probe"
    @Test
    void reactsToAProbeOnce() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        flow.controller.onLost(flow.nowNanos, SMSS, 45 * SMSS, 4 * SMSS, false);
        long longterm = model.longTerm.inflightLongterm;
        flow.controller.onLost(flow.nowNanos, SMSS, 40 * SMSS, 5 * SMSS, false);
        assertEquals(longterm, model.longTerm.inflightLongterm);
    }

    // "Precautionary Bandwidth Probing": brief after a probe that went too high, then once more and longer
    @Test
    void theProbeAfterOneTooHighIsBrief() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        flow.controller.onLost(flow.nowNanos, SMSS, 45 * SMSS, 4 * SMSS, false);
        long longterm = model.longTerm.inflightLongterm;
        flow.runUntil(BbrState.PROBE_BW_UP, flow.nowNanos + 8 * SECOND);
        flow.runUntil(BbrState.PROBE_BW_DOWN, flow.nowNanos + SECOND);
        assertTrue(model.transport.priorInflight > longterm - SMSS);
        assertFalse(model.fullBandwidth.fullBwNow);
        long down = flow.nowNanos;
        flow.runUntil(BbrState.PROBE_BW_REFILL, down + 150 * MILLI);
        flow.runUntil(BbrState.PROBE_BW_UP, flow.nowNanos + 150 * MILLI);
        long up = flow.nowNanos;
        flow.runUntil(BbrState.PROBE_BW_DOWN, up + 2 * SECOND);
        assertTrue(flow.nowNanos - up >= 150 * MILLI, () -> "a probe of " + (flow.nowNanos - up) + " ns");
        assertTrue(model.longTerm.inflightLongterm > longterm);
    }

    // "Entering and Exiting PROBE_RTT"
    @Test
    void probesTheRoundTripEveryFiveSeconds() {
        flow.runUntil(BbrState.PROBE_RTT, 6 * SECOND);
        assertTrue(flow.nowNanos > 5 * SECOND);
        long begin = flow.nowNanos;
        flow.runUntil(begin + 150 * MILLI);
        assertEquals(BbrState.PROBE_RTT, model.state);
        assertTrue(flow.inflight <= model.bdpMultiple(model.bw, 0.5));
        flow.runUntil(BbrState.PROBE_BW_CRUISE, begin + 400 * MILLI);
        assertTrue(flow.nowNanos - begin >= 200 * MILLI);
        assertTrue(flow.controller.congestionWindow() > flow.bdp());
        flow.runUntil(BbrState.PROBE_RTT, flow.nowNanos + 6 * SECOND);
        assertTrue(flow.nowNanos - begin > 5 * SECOND);
    }

    // HandleProbeRTT(): "Ignore low rate samples during ProbeRTT"
    @Test
    void doesNotTakeTheLowRateOfProbeRttForThePaths() {
        flow.runUntil(12 * SECOND);
        assertEquals(1, maxBwOfRate(), 0.02);
    }

    // "Skipping PROBE_RTT Due to Application-Limited Sending"
    @Test
    void anIdleApplicationSparesTheProbeOfTheRoundTrip() {
        flow.idles(3 * SECOND, 3 * SECOND + 4 * SECOND);
        flow.runUntil(7 * SECOND + 500 * MILLI);
        assertFalse(model.state == BbrState.PROBE_RTT);
        assertEquals(1, maxBwOfRate(), 0.02);
        flow.runUntil(BbrState.PROBE_RTT, 13 * SECOND);
        assertTrue(flow.nowNanos > 12 * SECOND);
    }

    // "Restarting From Idle": BBR leaves cwnd as it is and paces at BBR.bw
    @Test
    void restartsAfterIdleAtTheRateItKnows() {
        flow.idles(1500 * MILLI, 2500 * MILLI);
        flow.runUntil(2 * SECOND);
        assertEquals(0, flow.inflight);
        long cwnd = flow.controller.congestionWindow();
        flow.controller.onRestartAfterIdle(flow.nowNanos);
        flow.controller.onSent(flow.nowNanos, 0, true);
        assertEquals(cwnd, flow.controller.congestionWindow());
        assertEquals(0.99 * model.bw, flow.controller.pacingRate(), 1);
    }

    // "Correctly Managing Sub-Packet BDPs"
    @Test
    void keepsFourSegmentsInFlightOnATinyPath() {
        ModelFlow tiny = new ModelFlow(Bbr.factory(), 10, 1, 0, SMSS, 1);
        tiny.runUntil(4 * SECOND);
        assertTrue(tiny.controller.congestionWindow() >= 4 * SMSS);
        assertTrue(tiny.utilization() > 0.98);
    }

    // "Increasing Bandwidth 10x and Ensuring Full Bandwidth is Reached"
    @Test
    void findsTenTimesTheBandwidth() {
        flow.runUntil(4 * SECOND);
        flow.rate(12_500_000);
        flow.runUntil(11 * SECOND);
        assertEquals(10, maxBwOfRate(), 0.2);
    }

    // "Decreasing Bandwidth 10x and Ensuring Max Bandwidth Adapts Down"
    @Test
    void adaptsToATenthOfTheBandwidth() {
        ModelFlow fast = new ModelFlow(Bbr.factory(), 100, 50, 0, SMSS, 1);
        fast.runUntil(4 * SECOND);
        fast.rate(1_250_000);
        // one round trip of more than half a second that loses: BBR.Beta
        fast.runUntil(7 * SECOND);
        assertEquals((long) (0.7 * 12_500_000), fast.model.bw, 1000);
        fast.runUntil(30 * SECOND);
        assertEquals(1_250_000, fast.model.maxBandwidth.maxBw(), 25_000);
    }
}
