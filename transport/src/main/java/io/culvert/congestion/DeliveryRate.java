/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import io.culvert.recovery.FlightLog;
import io.culvert.segment.SequenceNumber;

/**
 * Delivery rate estimation, draft-ietf-ccwg-bbr section 4.1: how fast the path has carried the flight in which the
 * newest segment acknowledged was sent. The variables keep the draft's names.
 */
public final class DeliveryRate {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private long delivered;
    private long lost;
    private long deliveredNanos;
    private long firstSentNanos;
    /** C.app_limited: C.delivered when the application's pause will have left the flight; 0 when there is none. */
    private long appLimited;

    /** RS: what the newest segment says that an acknowledgment covers. */
    private static final class Sample {
        long sentNanos;
        int end;
        long priorDelivered;
        long priorDeliveredNanos;
        long priorLost;
        long sendElapsedNanos;
        long latestRate;
        int transmitInFlight;
        boolean appLimited;
    }

    /** Filled anew by every acknowledgment that delivers a segment; {@code null} while none is expected. */
    private Sample sample;
    private boolean sampled;

    /** C.delivered: bytes acknowledged since the session began. */
    public long delivered() {
        return delivered;
    }

    /** C.lost: bytes taken for lost since the session began. */
    public long lost() {
        return lost;
    }

    /** Whether what is in flight is what the application gave, and not what the path takes. */
    public boolean isAppLimited() {
        return appLimited > 0;
    }

    /** Draft 4.1.2.4: nothing more is there to send, and the window is not full. */
    public void onAppLimited(long inFlightBytes) {
        appLimited = Math.max(1, delivered + inFlightBytes);
    }

    /**
     * Draft 4.1.2.2: a segment is sent; its record stands in the log already.
     *
     * @param alone whether nothing was in flight before it
     */
    public void onSent(FlightLog flight, int record, boolean alone, long nowNanos) {
        if (alone) {
            firstSentNanos = nowNanos;
            deliveredNanos = nowNanos;
        }
        flight.remember(record, firstSentNanos, deliveredNanos, delivered, lost, appLimited > 0);
    }

    /** Nothing is in flight, and no acknowledgment is expected. */
    public void rest() {
        sampled = false;
        sample = null;
    }

    /** An acknowledgment begins to be processed. */
    public void beginAck() {
        sampled = false;
    }

    /** Draft 4.1.2.3: a record is delivered. */
    public void onDelivered(FlightLog flight, int record, long nowNanos) {
        delivered += flight.bytesOf(record);
        deliveredNanos = nowNanos;
        long sent = flight.sentNanosOf(record);
        int end = flight.endOf(record);
        if (sampled && (sent - sample.sentNanos < 0
                || sent == sample.sentNanos && SequenceNumber.lessThan(end, sample.end))) {
            return;
        }
        if (sample == null) {
            sample = new Sample();
        }
        sampled = true;
        sample.sentNanos = sent;
        sample.end = end;
        sample.priorDelivered = flight.deliveredOf(record);
        sample.priorDeliveredNanos = flight.deliveredNanosOf(record);
        sample.priorLost = flight.lostOf(record);
        sample.transmitInFlight = flight.inFlightOf(record);
        sample.appLimited = flight.isAppLimited(record);
        sample.sendElapsedNanos = sent - flight.firstSentNanosOf(record);
        firstSentNanos = sent;
    }

    /** A part of a segment is delivered: too little to sample a rate from. */
    public void onDelivered(int bytes) {
        delivered += bytes;
    }

    /** A record is taken for lost. */
    public void onLost(int bytes) {
        lost += bytes;
    }

    /** All of an acknowledgment is taken in. */
    public void endAck() {
        if (appLimited > 0 && delivered > appLimited) {
            appLimited = 0;
        }
    }

    /** RS.prior_delivered, -1 without a sample. */
    public long priorDelivered() {
        return sampled ? sample.priorDelivered : -1;
    }

    /** RS.tx_in_flight, 0 without a sample. */
    public long transmitInFlight() {
        return sampled ? sample.transmitInFlight : 0;
    }

    /** RS.lost, 0 without a sample. */
    public long lostSinceTransmit() {
        return sampled ? lost - sample.priorLost : 0;
    }

    /** RS.is_app_limited. */
    public boolean isSampleAppLimited() {
        return sampled && sample.appLimited;
    }

    /**
     * RS.delivery_rate, draft 4.1.2.3: what was delivered, over the longer of the time it took to send and to
     * acknowledge it; 0 when that is less than a round trip can be.
     */
    public long rate(long nowNanos, long minRttNanos) {
        if (!sampled) {
            return 0;
        }
        long interval = Math.max(sample.sendElapsedNanos, deliveredNanos - sample.priorDeliveredNanos);
        if (interval <= 0 || interval < minRttNanos) {
            return 0;
        }
        sample.latestRate = (long) ((double) (delivered - sample.priorDelivered) * SECOND_NANOS / interval);
        return sample.latestRate;
    }

    /** The latest {@link #rate} there was, 0 when there was none since the last {@link #rest}. */
    public long latestRate() {
        Sample latest = sample;
        return latest == null ? 0 : latest.latestRate;
    }
}
