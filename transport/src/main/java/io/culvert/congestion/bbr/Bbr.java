/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import io.culvert.congestion.AckSample;
import io.culvert.congestion.CongestionController;

/**
 * BBRv3 (draft-ietf-ccwg-bbr): a model of the path, the bandwidth it delivers and the volume in flight that this
 * takes, instead of a window that grows until it loses.
 *
 * <p>Where it departs from the draft, or fills in what the draft leaves to the transport:
 * <ul>
 * <li>AdaptLowerBoundsFromCongestion(): the short-term bounds are lowered after round trips that lose more than
 * BBR.LossThresh, not after any loss; {@code ShortTermModel} has the reason and the figures.
 * <li>IsInflightTooHigh(): the threshold has to be exceeded by more than chance explains; {@code LossThreshold} has the
 * reason and the figures.
 * <li>IsTimeToGoDown(): C.inflight is that before the acknowledgment, as in Linux, and reaches inflight_longterm when
 * no other segment fits; after an acknowledgment, a flow that cwnd limits is always a segment short of it.
 * <li>SaveStateUponLoss(): once a loss episode, with its first loss. The draft saves again in each round trip with a
 * loss and when recovery begins, which overwrites what an undo has to bring back.
 * <li>OnEnterRTO(): the recovery of a timeout ends, and cwnd is restored, when as much as was in flight at the expiry
 * has been delivered, unless fast recovery begins before. The window is one segment, whatever is still in flight.
 * <li>CheckStartupHighLoss(): acknowledgments that show a loss stand for discontiguous ranges lost, as in Linux.
 * <li>C.has_selective_acks is taken for true: the samples do not say.
 * <li>ECN: no response, as in the draft.
 * </ul>
 *
 * <p>Random choices follow from the first time that the instance is told.
 */
public final class Bbr implements CongestionController {
    private final Transport transport;
    final PathModel model;
    private final CongestionWindow window;
    private final Pacing pacing;
    private final ProbeBandwidth probeBandwidth;
    private final ProbeRtt probeRtt;
    private final Undo undo;
    private final StartupExit startupExit;

    private boolean started;
    /** Whether state was saved for a loss that the acknowledgment under way has shown. */
    private boolean saved;
    private boolean inTimeoutRecovery;
    private long timeoutRecoveryDelivered;

    private Bbr(int smss, long initialWindow, LossThreshold lossThreshold) {
        transport = new Transport(smss, initialWindow);
        model = new PathModel(transport, lossThreshold);
        window = new CongestionWindow(model);
        pacing = new Pacing(model);
        probeBandwidth = new ProbeBandwidth(model);
        probeRtt = new ProbeRtt(model, probeBandwidth, window);
        undo = new Undo(model, probeBandwidth, window);
        startupExit = new StartupExit(model, undo);
    }

    /** Makes controllers with the draft's BBR.LossThresh of 0.02. */
    public static Factory factory() {
        return factory(LossThreshold.DEFAULT);
    }

    /**
     * Makes controllers for paths known to lose more than BBRv3 tolerates, a lossy radio link for example. The
     * threshold governs each response to a loss rate: the exit of Startup, the end of a bandwidth probe with its bound
     * on the volume in flight, and the short-term bounds.
     *
     * @param lossThreshold BBR.LossThresh, the loss rate of a round trip from which BBR slows down, above 0 and below 1
     * @throws IllegalArgumentException if it is not
     */
    public static Factory factory(double lossThreshold) {
        LossThreshold threshold = new LossThreshold(lossThreshold);
        return (smss, initialWindow) -> new Bbr(smss, initialWindow, threshold);
    }

    @Override
    public long congestionWindow() {
        return transport.cwnd;
    }

    /** BBR has no ssthresh: infinite in Startup, which is its slow start, and cwnd when the pipe has been full. */
    @Override
    public long slowStartThreshold() {
        return model.fullBandwidth.fullBwReached ? transport.cwnd : Long.MAX_VALUE;
    }

    @Override
    public long pacingRate() {
        return transport.pacingRate;
    }

    @Override
    public boolean reducesProportionally() {
        return false;
    }

    private void start(long nowNanos) {
        if (!started) {
            started = true;
            model.minRtt.start(nowNanos);
            model.aggregation.startInterval(nowNanos);
            probeBandwidth.start(nowNanos);
        }
    }

    // OnTransmit(), HandleRestartFromIdle()
    @Override
    public void onSent(long nowNanos, long inFlightBytes, boolean appLimited) {
        start(nowNanos);
        if (inFlightBytes > 0 || !appLimited) {
            return;
        }
        transport.inflight = 0;
        probeRtt.restartFromIdle();
        model.aggregation.startInterval(nowNanos);
        if (model.state.isProbeBw()) {
            pacing.setRateWithGain(1);
        } else if (model.state == BbrState.PROBE_RTT) {
            probeRtt.checkDone(nowNanos);
        }
    }

    // UpdateOnACK()
    @Override
    public void onAcknowledged(AckSample ack) {
        long nowNanos = ack.nowNanos();
        start(nowNanos);
        transport.read(ack);
        model.sample.read(ack);
        model.sample.isAppLimited |= probeRtt.limited(model.sample.priorDelivered);
        checkTimeoutRecovery();
        updateModelAndState(nowNanos, ack);
        pacing.set(ack.smoothedRttNanos());
        window.set();
        saved = false;
    }

    private void updateModelAndState(long nowNanos, AckSample ack) {
        model.shortTerm.updateLatestDeliverySignals(transport, model.sample);
        model.round.update(transport, model.sample);
        model.maxBandwidth.update(model.sample);
        model.shortTerm.updateCongestionSignals(model);
        model.aggregation.update(nowNanos, model);
        model.fullBandwidth.check(model.round, model.sample);
        startupExit.checkStartupDone(ack.newlyLostBytes() > 0, ack.isInRecovery());
        if (startupExit.isDrainDone()) {
            probeBandwidth.startDown(nowNanos);
        }
        probeBandwidth.updateCyclePhase(nowNanos);
        model.minRtt.update(nowNanos, model.sample);
        probeRtt.check(nowNanos);
        model.shortTerm.advanceLatestDeliverySignals(model.sample);
        model.boundBw();
    }

    // HandleLostPacket()
    @Override
    public void onLost(long nowNanos, int bytes, long transmitInFlightBytes, long lostSinceTransmitBytes,
            boolean appLimited) {
        start(nowNanos);
        saveOnce();
        model.shortTerm.noteLoss(transport, bytes);
        if (!probeBandwidth.isBwProbeSample()) {
            return;
        }
        RateSample rs = model.sample;
        rs.readLost(transmitInFlightBytes, lostSinceTransmitBytes, appLimited);
        if (model.isInflightTooHigh()) {
            rs.txInFlight = model.lossThreshold.inflightAtLoss(rs, bytes);
            if (probeBandwidth.handleInflightTooHigh(nowNanos)) {
                undo.leaving(BbrState.PROBE_BW_UP);
            }
        }
    }

    private void saveOnce() {
        if (!saved && !window.inLossRecovery) {
            undo.save();
            saved = true;
        }
    }

    // OnEnterFastRecovery()
    @Override
    public void onCongestionEvent(long nowNanos, long inFlightBytes) {
        if (inTimeoutRecovery) {
            endRecovery();
        }
        saveOnce();
        window.inLossRecovery = true;
        startupExit.recoveryBegins();
    }

    @Override
    public void onRecoveryExit(long nowNanos, long inFlightBytes) {
        endRecovery();
    }

    // OnEnterRTO()
    @Override
    public void onRetransmissionTimeout(long nowNanos, long inFlightBytes, boolean first) {
        start(nowNanos);
        window.save();
        saveOnce();
        window.inLossRecovery = true;
        inTimeoutRecovery = true;
        timeoutRecoveryDelivered = transport.delivered + inFlightBytes;
        saved = false;
        // C.cwnd = C.inflight + 1, everything having been taken for lost
        transport.inflight = 0;
        transport.cwnd = transport.smss;
    }

    private void checkTimeoutRecovery() {
        if (inTimeoutRecovery && transport.delivered >= timeoutRecoveryDelivered) {
            endRecovery();
        }
    }

    private void endRecovery() {
        inTimeoutRecovery = false;
        window.inLossRecovery = false;
        window.restore();
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        inTimeoutRecovery = false;
        window.inLossRecovery = false;
        undo.restore();
    }

    /** Does nothing: "when restarting from idle in ProbeBW states, BBR leaves C.cwnd as-is" and paces. */
    @Override
    public void onRestartAfterIdle(long nowNanos) {
    }

    @Override
    public void segmentBytes(int smss) {
        transport.smss = smss;
        transport.cwnd = Math.max(transport.cwnd, smss);
    }
}
