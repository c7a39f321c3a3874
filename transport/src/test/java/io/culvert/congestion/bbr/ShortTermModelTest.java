/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** "When not Probing for Bandwidth". */
final class ShortTermModelTest {
    private static final int SMSS = 1000;
    private static final int FLIGHT = 100;

    private final PathModel model =
            new PathModel(new Transport(SMSS, 10 * SMSS), new LossThreshold(LossThreshold.DEFAULT));
    private final ShortTermModel shortTerm = model.shortTerm;

    @BeforeEach
    void cruiseAtAThousandSegmentsASecond() {
        model.sample.deliveryRate = 1000 * SMSS;
        model.maxBandwidth.update(model.sample);
        model.transport.cwnd = 200 * SMSS;
        model.state = BbrState.PROBE_BW_CRUISE;
        round(0, 1000 * SMSS);
    }

    /** A round trip of one flight, of which so many segments are lost, and what it delivers. */
    private void round(int lost, long rate) {
        for (int i = 0; i < lost; i++) {
            shortTerm.noteLoss(model.transport, SMSS);
        }
        model.sample.priorDelivered = model.transport.delivered;
        model.transport.delivered += (FLIGHT - lost) * SMSS;
        model.sample.delivered = (FLIGHT - lost) * SMSS;
        model.sample.deliveryRate = rate;
        shortTerm.updateLatestDeliverySignals(model.transport, model.sample);
        shortTerm.updateCongestionSignals(model);
        shortTerm.advanceLatestDeliverySignals(model.sample);
        model.boundBw();
    }

    @Test
    void slowsDownToWhatIsDelivered() {
        round(20, 800 * SMSS);
        // the latest signals are those of a round trip with its ends, the faster one before included
        round(20, 800 * SMSS);
        assertEquals(800 * SMSS, model.bw);
    }

    // "bw_shortterm = max(bw_latest, BBR.Beta * BBR.bw_shortterm)"
    @Test
    void slowsDownByNoMoreThanThreeTenthsARoundTrip() {
        round(0, 100 * SMSS);
        round(60, 100 * SMSS);
        assertEquals(700 * SMSS, model.bw);
        assertEquals(140 * SMSS, shortTerm.inflightShortterm);
    }

    // the deviation
    @Test
    void aRoundTripThatLosesLessThanTheThresholdChangesNothing() {
        for (int i = 0; i < 20; i++) {
            round(2, 980 * SMSS);
        }
        assertEquals(1000 * SMSS, model.bw);
        assertEquals(ShortTermModel.INFINITY, shortTerm.inflightShortterm);
    }

    @Test
    void isNotLoweredByAProbe() {
        model.state = BbrState.PROBE_BW_UP;
        round(50, 100 * SMSS);
        round(50, 100 * SMSS);
        assertEquals(1000 * SMSS, model.bw);
    }

    @Test
    void isGivenUpWhenTheNextProbeBegins() {
        round(0, 100 * SMSS);
        round(60, 100 * SMSS);
        shortTerm.reset();
        model.boundBw();
        assertEquals(1000 * SMSS, model.bw);
    }
}
