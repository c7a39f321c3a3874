/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import io.culvert.congestion.AckSample;

/** The draft's {@code RS.*}: what the latest acknowledgment, or the latest loss, has told. */
final class RateSample {
    long newlyAcked;
    /** -1 when nothing was delivered. */
    long priorDelivered;
    /** Bytes delivered between the transmission of the newest segment acknowledged and now. */
    long delivered;
    long deliveryRate;
    long rttNanos;
    long txInFlight;
    long lost;
    boolean isAppLimited;

    void read(AckSample ack) {
        newlyAcked = ack.newlyAckedBytes();
        priorDelivered = ack.priorDeliveredBytes();
        delivered = priorDelivered < 0 ? 0 : ack.deliveredBytes() - priorDelivered;
        deliveryRate = ack.deliveryRate();
        rttNanos = ack.rttNanos();
        txInFlight = ack.transmitInFlightBytes();
        lost = ack.lostSinceTransmitBytes();
        isAppLimited = ack.isAppLimited();
    }

    /** What HandleLostPacket() puts here of the lost segment. */
    void readLost(long transmitInFlightBytes, long lostSinceTransmitBytes, boolean appLimited) {
        txInFlight = transmitInFlightBytes;
        lost = lostSinceTransmitBytes;
        isAppLimited = appLimited;
    }
}
