/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import io.culvert.segment.SequenceNumber;

/**
 * Whether a window's worth of sending was limited by cwnd (RFC 7661): if not, cwnd says nothing about the path and must
 * not grow.
 */
public final class WindowUse {
    private boolean limited;
    private int usedBytes;
    private int windowEnd;

    /**
     * A transmission has ended.
     *
     * @param stopped whether cwnd stopped it
     * @param flightBytes bytes in flight after it
     */
    public void onTransmitted(boolean stopped, int flightBytes, int sndUna, int sndNxt) {
        if (stopped || SequenceNumber.greaterOrEqual(sndUna, windowEnd) || !limited && flightBytes > usedBytes) {
            limited = stopped;
            usedBytes = flightBytes;
            windowEnd = sndNxt;
        }
    }

    /** Whether cwnd was the limit; in slow start it is also when half of it was used. */
    public boolean isLimited(long cwnd, long ssthresh) {
        return limited || cwnd < ssthresh && cwnd < 2L * usedBytes;
    }
}
