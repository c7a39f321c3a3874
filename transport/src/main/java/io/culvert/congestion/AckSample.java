/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/**
 * What one acknowledgment has told: the input of a {@link CongestionController}. A flyweight, valid during the call.
 * Bytes are payload bytes (SYN and FIN count as one each), times are nanoseconds of the event loop's clock. The
 * delivery-rate fields are those of draft-ietf-ccwg-bbr section 4.1, whose names they keep.
 */
public interface AckSample {
    /** When the acknowledgment was processed. */
    long nowNanos();

    /** RS.newly_acked: bytes that this acknowledgment delivered, cumulatively or selectively. May be 0. */
    long newlyAckedBytes();

    /** RS.newly_lost: bytes that this acknowledgment has shown to be lost. May be 0. */
    long newlyLostBytes();

    /** C.inflight before the acknowledgment: bytes sent, not acknowledged and not taken for lost. */
    long priorInFlightBytes();

    /** C.inflight now. */
    long inFlightBytes();

    /** C.delivered: bytes delivered since the session began, those of this acknowledgment included. */
    long deliveredBytes();

    /** C.lost: bytes taken for lost since the session began; a segment counts each time. */
    long lostBytes();

    /** RS.prior_delivered: C.delivered when the newest segment acknowledged here was sent, -1 when there is none. */
    long priorDeliveredBytes();

    /**
     * RS.tx_in_flight: C.inflight just after the newest segment acknowledged here was sent, that segment included; 0
     * when there is none.
     */
    long transmitInFlightBytes();

    /** RS.lost: bytes taken for lost since the newest segment acknowledged here was sent. */
    long lostSinceTransmitBytes();

    /** RS.delivery_rate in bytes per second; 0 when the acknowledgment gives no reliable rate. */
    long deliveryRate();

    /** RS.is_app_limited: whether the rate may be what the application wrote and not what the path carries. */
    boolean isAppLimited();

    /** RS.rtt: the round trip that this acknowledgment measures in nanoseconds, -1 when it measures none. */
    long rttNanos();

    /** SRTT of RFC 6298 in nanoseconds, this sample included; 0 before the first. */
    long smoothedRttNanos();

    /** The smallest round trip ever measured in nanoseconds; {@link Long#MAX_VALUE} before the first. */
    long minRttNanos();

    /** Whether cwnd was what limited sending in the flight acknowledged (RFC 7661); otherwise it should not grow. */
    boolean isCwndLimited();

    /**
     * Whether SND.UNA advanced, or the path is known to reorder: RFC 5681 3.1 and RFC 3042 let only acknowledgments of
     * data in order increase cwnd; as in Linux others do, too, once reordering was seen.
     */
    default boolean isInOrder() {
        return true;
    }

    /** Whether fast recovery is under way (not the slow start after a retransmission timeout). */
    boolean isInRecovery();
}
