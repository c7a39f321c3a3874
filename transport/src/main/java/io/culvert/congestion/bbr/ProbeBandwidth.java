/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static io.culvert.congestion.bbr.AckPhase.ACKS_INIT;
import static io.culvert.congestion.bbr.AckPhase.ACKS_PROBE_FEEDBACK;
import static io.culvert.congestion.bbr.AckPhase.ACKS_PROBE_STARTING;
import static io.culvert.congestion.bbr.AckPhase.ACKS_PROBE_STOPPING;
import static io.culvert.congestion.bbr.AckPhase.ACKS_REFILLING;
import static io.culvert.congestion.bbr.BbrState.PROBE_BW_CRUISE;
import static io.culvert.congestion.bbr.BbrState.PROBE_BW_DOWN;
import static io.culvert.congestion.bbr.BbrState.PROBE_BW_REFILL;
import static io.culvert.congestion.bbr.BbrState.PROBE_BW_UP;

/** The ProbeBW cycle: DOWN drains the queue, CRUISE keeps the rate, REFILL fills the pipe, UP looks for more. */
final class ProbeBandwidth {
    private final PathModel model;
    private final ProbeWait wait = new ProbeWait();
    private AckPhase ackPhase = ACKS_INIT;
    /** Whether what arrives was sent in a probe, and the probe has not yet proven too high. */
    private boolean isBwProbeSample;
    private boolean prevProbeTooHigh;
    private boolean prevProbePrecautionary;

    ProbeBandwidth(PathModel model) {
        this.model = model;
    }

    void start(long nowNanos) {
        wait.seed(nowNanos);
    }

    boolean isBwProbeSample() {
        return isBwProbeSample;
    }

    /** StartProbeBW_DOWN(). */
    void startDown(long nowNanos) {
        model.shortTerm.resetCongestionSignals();
        model.longTerm.stopGrowth();
        wait.pick(nowNanos);
        awaitEndOfFeedback();
        model.state = PROBE_BW_DOWN;
    }

    /** The last of what a probe sent is acknowledged within the round trip that begins. */
    void awaitEndOfFeedback() {
        ackPhase = ACKS_PROBE_STOPPING;
        model.round.startRound(model.transport);
    }

    /** StartProbeBW_CRUISE(). */
    void startCruise() {
        model.state = PROBE_BW_CRUISE;
    }

    /** StartProbeBW_REFILL(). */
    void startRefill() {
        model.shortTerm.reset();
        model.longTerm.restartGrowth();
        prevProbePrecautionary = false;
        ackPhase = ACKS_REFILLING;
        model.round.startRound(model.transport);
        model.state = PROBE_BW_REFILL;
    }

    /** StartProbeBW_UP(). */
    private void startUp() {
        ackPhase = ACKS_PROBE_STARTING;
        model.round.startRound(model.transport);
        model.fullBandwidth.reset(model.sample.deliveryRate);
        model.state = PROBE_BW_UP;
        model.longTerm.raiseSlope(model.transport);
    }

    /** UpdateProbeBWCyclePhase(). */
    void updateCyclePhase(long nowNanos) {
        if (model.round.roundStart) {
            wait.countRound();
        }
        if (!model.fullBandwidth.fullBwReached || adaptLongTermModel()) {
            return;
        }
        switch (model.state) {
            case PROBE_BW_DOWN -> {
                if (wait.isOver(nowNanos, model)) {
                    startRefill();
                } else if (isTimeToCruise()) {
                    startCruise();
                }
            }
            case PROBE_BW_CRUISE -> {
                if (wait.isOver(nowNanos, model)) {
                    startRefill();
                }
            }
            case PROBE_BW_REFILL -> {
                if (model.round.roundStart) {
                    isBwProbeSample = true;
                    startUp();
                }
            }
            case PROBE_BW_UP -> {
                if (isTimeToGoDown()) {
                    prevProbeTooHigh = false;
                    startDown(nowNanos);
                }
            }
            default -> {
            }
        }
    }

    /** AdaptLongTermModel(): whether it has decided a transition. */
    private boolean adaptLongTermModel() {
        if (ackPhase == ACKS_PROBE_STARTING && model.round.roundStart) {
            ackPhase = ACKS_PROBE_FEEDBACK;
        }
        if (ackPhase == ACKS_PROBE_STOPPING && model.round.roundStart) {
            isBwProbeSample = false;
            ackPhase = ACKS_INIT;
            if (model.state.isProbeBw() && !model.sample.isAppLimited) {
                model.maxBandwidth.advance();
            }
            // Precautionary Bandwidth Probing: Acceleration
            if (model.state.isProbeBw() && prevProbePrecautionary && !prevProbeTooHigh) {
                startRefill();
                return true;
            }
        }
        if (!model.isInflightTooHigh()) {
            model.longTerm.raise(model);
        }
        return false;
    }

    private boolean isTimeToCruise() {
        long inflight = model.transport.inflight;
        return inflight <= model.inflightWithHeadroom() && inflight <= model.inflight(model.maxBandwidth.maxBw(), 1);
    }

    private boolean isTimeToGoDown() {
        Transport transport = model.transport;
        // Precautionary Bandwidth Probing: Deceleration, when C.inflight "reaches" the bound: no other segment fits
        if (prevProbeTooHigh && transport.priorInflight > model.longTerm.inflightLongterm - transport.smss) {
            prevProbePrecautionary = true;
            return true;
        }
        if (transport.isCwndLimited && transport.cwnd >= model.longTerm.inflightLongterm) {
            model.fullBandwidth.reset(model.sample.deliveryRate);
            return false;
        }
        return model.fullBandwidth.fullBwNow;
    }

    /**
     * HandleInflightTooHigh().
     *
     * @return whether that has ended a probe
     */
    boolean handleInflightTooHigh(long nowNanos) {
        prevProbeTooHigh = true;
        // "only react once per bw probe"
        isBwProbeSample = false;
        if (!model.sample.isAppLimited) {
            model.longTerm.lower(model);
        }
        if (model.state != PROBE_BW_UP) {
            return false;
        }
        startDown(nowNanos);
        return true;
    }
}
