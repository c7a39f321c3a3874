/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.TestSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bbr as the session sees it. */
final class BbrTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int SMSS = 1448;

    private final ModelFlow flow = new ModelFlow(Bbr.factory(), 10, 50, 0, SMSS, 1);
    private final Bbr bbr = flow.controller;
    private final PathModel model = flow.model;

    @Test
    void beginsWithTheInitialWindowAtStartupsRate() {
        CongestionController fresh = Bbr.factory().create(SMSS, 10 * SMSS);
        assertEquals(10 * SMSS, fresh.congestionWindow());
        // InitPacingRate(): 2.77 * InitialCwnd / 1 ms
        assertEquals(2.77 * 10 * SMSS * 1000, fresh.pacingRate(), 1);
        assertEquals(Long.MAX_VALUE, fresh.slowStartThreshold());
        assertFalse(fresh.reducesProportionally());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.02, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesAThresholdThatIsNoShare(double threshold) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Bbr.factory(threshold));
        assertTrue(refusal.getMessage().contains(Double.toString(threshold)), refusal::getMessage);
    }

    // "the initial C.srtt after the first non-zero RTT sample"
    @Test
    void pacesByTheFirstRoundTripMeasured() {
        TestSample ack = new TestSample();
        ack.nowNanos(50 * MILLI);
        ack.newlyAckedBytes(SMSS);
        ack.deliveredBytes(SMSS);
        ack.priorDeliveredBytes(0);
        ack.rttNanos(50 * MILLI);
        ack.smoothedRttNanos(50 * MILLI);
        ack.deliveryRate(SMSS * 20);
        Bbr fresh = (Bbr) Bbr.factory().create(SMSS, 10 * SMSS);
        fresh.onAcknowledged(ack);
        assertEquals(2.77 * 10 * SMSS * 20, fresh.pacingRate(), 1);
        // later rates count only if they are higher, until the pipe has been full
        ack.priorDeliveredBytes(SMSS);
        ack.deliveredBytes(2 * SMSS);
        ack.deliveryRate(SMSS * 40);
        fresh.onAcknowledged(ack);
        assertEquals(2.77 * 10 * SMSS * 20, fresh.pacingRate(), 1);
    }

    // "SetCwnd(): C.cwnd = C.cwnd + RS.newly_acked"
    @Test
    void startupGrowsByWhatIsAcknowledged() {
        flow.runUntil(60 * MILLI);
        assertEquals(flow.initialWindow() + flow.deliveredBytes(), bbr.congestionWindow());
    }

    @Test
    void afterStartupNothingIsSlowStart() {
        flow.runUntil(4 * SECOND);
        assertEquals(bbr.congestionWindow(), bbr.slowStartThreshold());
    }

    // a fast recovery means that the timeout's is over
    @Test
    void recoveryAfterATimeoutBeginsWithTheWholeWindow() {
        flow.runUntil(4 * SECOND);
        long cwnd = bbr.congestionWindow();
        bbr.onRetransmissionTimeout(flow.nowNanos, flow.inflight, true);
        bbr.onLost(flow.nowNanos, SMSS, 4 * SMSS, SMSS, false);
        bbr.onCongestionEvent(flow.nowNanos, flow.inflight);
        assertEquals(cwnd, bbr.congestionWindow());
    }

    // OnEnterRTO()
    @Test
    void aTimeoutLeavesOneSegmentAndTheWindowComesBack() {
        flow.runUntil(4 * SECOND);
        long cwnd = bbr.congestionWindow();
        long inflight = flow.inflight;
        bbr.onRetransmissionTimeout(flow.nowNanos, inflight, true);
        assertEquals(SMSS, bbr.congestionWindow());
        long delivered = flow.deliveredBytes();
        while (flow.deliveredBytes() < delivered + inflight - SMSS) {
            flow.step(5 * SECOND);
        }
        assertTrue(bbr.congestionWindow() < cwnd);
        while (flow.deliveredBytes() < delivered + inflight) {
            flow.step(5 * SECOND);
        }
        assertTrue(bbr.congestionWindow() >= cwnd);
    }

    @Test
    void aTimeoutAfterATimeoutForgetsNoWindow() {
        flow.runUntil(4 * SECOND);
        long cwnd = bbr.congestionWindow();
        bbr.onRetransmissionTimeout(flow.nowNanos, flow.inflight, true);
        bbr.onRetransmissionTimeout(flow.nowNanos + SECOND, SMSS, false);
        assertEquals(SMSS, bbr.congestionWindow());
        bbr.onRecoveryExit(flow.nowNanos + SECOND, SMSS);
        assertEquals(cwnd, bbr.congestionWindow());
    }

    // "Upon exiting loss recovery ... BBR restores the best-known cwnd value we had upon entering loss recovery"
    @Test
    void recoveryEndsWithTheWindowItBeganWith() {
        flow.runUntil(4 * SECOND);
        long cwnd = bbr.congestionWindow();
        bbr.onLost(flow.nowNanos, SMSS, 40 * SMSS, SMSS, false);
        bbr.onCongestionEvent(flow.nowNanos, flow.inflight);
        model.transport.cwnd = 10 * SMSS;
        bbr.onRecoveryExit(flow.nowNanos, flow.inflight);
        assertEquals(cwnd, bbr.congestionWindow());
    }

    // "Handling Spurious RTO Recovery"
    @Test
    void aSpuriousTimeoutGivesTheWindowBackAtOnce() {
        flow.runUntil(4 * SECOND);
        long cwnd = bbr.congestionWindow();
        bbr.onRetransmissionTimeout(flow.nowNanos, flow.inflight, true);
        bbr.onSpuriousLoss(flow.nowNanos + 10 * MILLI);
        assertEquals(cwnd, bbr.congestionWindow());
    }

    // "Handling Spurious Fast Recovery": "by starting a refill phase to restart the bandwidth probe"
    @Test
    void aSpuriousLossResumesTheProbeItHadEnded() {
        flow.runUntil(BbrState.PROBE_BW_UP, 5 * SECOND);
        long longterm = model.longTerm.inflightLongterm;
        bbr.onLost(flow.nowNanos, SMSS, 45 * SMSS, 5 * SMSS, false);
        bbr.onCongestionEvent(flow.nowNanos, flow.inflight);
        assertEquals(BbrState.PROBE_BW_DOWN, model.state);
        assertTrue(model.longTerm.inflightLongterm < longterm);
        flow.runUntil(flow.nowNanos + 20 * MILLI);
        bbr.onLost(flow.nowNanos, SMSS, 45 * SMSS, 6 * SMSS, false);
        bbr.onSpuriousLoss(flow.nowNanos);
        assertEquals(BbrState.PROBE_BW_REFILL, model.state);
        assertEquals(longterm, model.longTerm.inflightLongterm);
        assertEquals(ShortTermModel.INFINITY, model.shortTerm.bwShortterm);
    }

    @Test
    void aSpuriousLossResumesStartup() {
        flow.runUntil(140 * MILLI);
        assertEquals(BbrState.STARTUP, model.state);
        leaveStartupByLoss();
        assertEquals(BbrState.DRAIN, model.state);
        bbr.onSpuriousLoss(flow.nowNanos);
        assertEquals(BbrState.STARTUP, model.state);
        assertFalse(model.fullBandwidth.fullBwReached);
        assertEquals(LongTermModel.INFINITY, model.longTerm.inflightLongterm);
    }

    // "Exiting Startup Based on Packet Loss": at least 6 losses, above the threshold, a round trip in fast recovery
    @Test
    void leavesStartupAfterARoundTripOfLossInRecovery() {
        flow.runUntil(140 * MILLI);
        long bdp = model.bdpMultiple(model.bw, 1);
        leaveStartupByLoss();
        assertTrue(model.fullBandwidth.fullBwReached);
        assertEquals(Math.max(bdp, 20 * SMSS), model.longTerm.inflightLongterm);
    }

    private void leaveStartupByLoss() {
        TestSample ack = new TestSample();
        long delivered = flow.deliveredBytes();
        for (int i = 1; i <= 6; i++) {
            bbr.onLost(flow.nowNanos, SMSS, 30 * SMSS, i * SMSS, false);
            if (i == 1) {
                bbr.onCongestionEvent(flow.nowNanos, 40 * SMSS);
            }
            assertEquals(BbrState.STARTUP, model.state);
            ack.nowNanos(flow.nowNanos);
            ack.newlyAckedBytes(SMSS);
            ack.newlyLostBytes(SMSS);
            ack.deliveredBytes(delivered + i * SMSS);
            ack.priorDeliveredBytes(i < 6 ? 0 : delivered + SMSS);
            ack.inFlightBytes(40 * SMSS);
            ack.transmitInFlightBytes(40 * SMSS);
            ack.lostSinceTransmitBytes(i * SMSS);
            ack.inRecovery(true);
            model.shortTerm.inflightLatest = 20 * SMSS;
            bbr.onAcknowledged(ack);
        }
    }

    // "C.SMSS" follows the path's MTU
    @Test
    void theFloorOfTheWindowFollowsTheSegmentSize() {
        bbr.segmentBytes(9000);
        flow.runUntil(60 * MILLI);
        assertTrue(bbr.congestionWindow() >= 4 * 9000);
    }
}
