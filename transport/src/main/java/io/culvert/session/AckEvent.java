/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.congestion.AckSample;

/** What one acknowledgment has told, filled as it is processed. A flyweight. */
final class AckEvent implements AckSample {
    long nowNanos;
    long newlyAckedBytes;
    long newlyLostBytes;
    long priorInFlightBytes;
    long inFlightBytes;
    long deliveredBytes;
    long lostBytes;
    long priorDeliveredBytes;
    long transmitInFlightBytes;
    long lostSinceTransmitBytes;
    long deliveryRate;
    boolean appLimited;
    long rttNanos;
    long smoothedRttNanos;
    long minRttNanos;
    boolean cwndLimited;
    boolean inOrder;
    boolean inRecovery;

    void reset(Session session, long now) {
        nowNanos = now;
        newlyAckedBytes = 0;
        newlyLostBytes = 0;
        priorInFlightBytes = session.inFlight();
        rttNanos = -1;
    }

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
    public boolean isInOrder() {
        return inOrder;
    }

    @Override
    public boolean isInRecovery() {
        return inRecovery;
    }
}
