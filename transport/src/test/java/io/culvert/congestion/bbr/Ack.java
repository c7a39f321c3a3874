/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import io.culvert.congestion.AckSample;

/** An acknowledgment that says what a test sets. */
final class Ack implements AckSample {
    long nowNanos;
    long newlyAckedBytes;
    long newlyLostBytes;
    long priorInFlightBytes;
    long inFlightBytes;
    long deliveredBytes;
    long lostBytes;
    long priorDeliveredBytes = -1;
    long transmitInFlightBytes;
    long lostSinceTransmitBytes;
    long deliveryRate;
    boolean appLimited;
    long rttNanos = -1;
    long smoothedRttNanos;
    long minRttNanos = Long.MAX_VALUE;
    boolean cwndLimited = true;
    boolean inRecovery;

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public long newlyAckedBytes() {
        return newlyAckedBytes;
    }

    @Override
    public long newlyLostBytes() {
        return newlyLostBytes;
    }

    @Override
    public long priorInFlightBytes() {
        return priorInFlightBytes;
    }

    @Override
    public long inFlightBytes() {
        return inFlightBytes;
    }

    @Override
    public long deliveredBytes() {
        return deliveredBytes;
    }

    @Override
    public long lostBytes() {
        return lostBytes;
    }

    @Override
    public long priorDeliveredBytes() {
        return priorDeliveredBytes;
    }

    @Override
    public long transmitInFlightBytes() {
        return transmitInFlightBytes;
    }

    @Override
    public long lostSinceTransmitBytes() {
        return lostSinceTransmitBytes;
    }

    @Override
    public long deliveryRate() {
        return deliveryRate;
    }

    @Override
    public boolean isAppLimited() {
        return appLimited;
    }

    @Override
    public long rttNanos() {
        return rttNanos;
    }

    @Override
    public long smoothedRttNanos() {
        return smoothedRttNanos;
    }

    @Override
    public long minRttNanos() {
        return minRttNanos;
    }

    @Override
    public boolean isCwndLimited() {
        return cwndLimited;
    }

    @Override
    public boolean isInRecovery() {
        return inRecovery;
    }
}
