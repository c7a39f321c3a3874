/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** UpdateACKAggregation(). */
final class AckAggregationTest {
    private static final long MILLI = 1_000_000L;
    private static final int SMSS = 1000;

    private final PathModel model =
            new PathModel(new Transport(SMSS, 10 * SMSS), new LossThreshold(LossThreshold.DEFAULT));
    private final AckAggregation aggregation = model.aggregation;

    @BeforeEach
    void deliverOneSegmentAMillisecond() {
        model.bw = 1000 * SMSS;
        model.transport.cwnd = 100 * SMSS;
        model.fullBandwidth.reached();
        aggregation.startInterval(0);
    }

    private void acknowledge(long millis, int segments) {
        model.sample.newlyAcked = (long) segments * SMSS;
        aggregation.update(millis * MILLI, model);
    }

    @Test
    void steadyAcknowledgmentsShowNoMoreThanOneOfThem() {
        for (int i = 1; i <= 50; i++) {
            acknowledge(i, 1);
        }
        assertEquals(SMSS, aggregation.extraAcked);
    }

    @Test
    void aBurstShowsWhatItBringsBeyondTheBandwidth() {
        acknowledge(20, 20);
        acknowledge(21, 5);
        assertEquals(24 * SMSS, aggregation.extraAcked);
    }

    @Test
    void isForgottenAfterTenRoundTripsAndAfterOneInStartup() {
        acknowledge(20, 20);
        model.round.roundCount = 10;
        acknowledge(60, 1);
        assertEquals(20 * SMSS, aggregation.extraAcked);
        model.round.roundCount = 11;
        acknowledge(70, 1);
        assertEquals(SMSS, aggregation.extraAcked);
        acknowledge(71, 20);
        model.fullBandwidth.fullBwReached = false;
        model.round.roundCount = 13;
        acknowledge(200, 1);
        assertEquals(SMSS, aggregation.extraAcked);
    }

    @Test
    void isNoMoreThanTheWindow() {
        acknowledge(1, 500);
        assertEquals(100 * SMSS, aggregation.extraAcked);
    }
}
