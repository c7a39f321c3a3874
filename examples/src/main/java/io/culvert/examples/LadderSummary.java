/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.examples.LadderRow.Fate;
import java.util.Locale;

/** The sums under the ladder. */
final class LadderSummary {
    private int segments;
    private long payloadBytes;
    private int retransmissions;
    private int lost;
    private long firstNanos;
    private long lastNanos;
    private boolean started;

    void add(LadderRow row) {
        if (!started) {
            started = true;
            firstNanos = row.nanos;
            lastNanos = row.nanos;
        }
        lastNanos = Math.max(lastNanos, row.nanos);
        if (row.isDatagram()) {
            segments++;
            payloadBytes += row.retransmission ? 0 : row.payloadLength;
            retransmissions += row.retransmission ? 1 : 0;
            lost += row.fate == Fate.LOST ? 1 : 0;
        }
    }

    int retransmissions() {
        return retransmissions;
    }

    int lost() {
        return lost;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d segments, %d bytes of payload, %d retransmissions, %d lost, %.3f s",
                segments, payloadBytes, retransmissions, lost, (lastNanos - firstNanos) / 1e9);
    }
}
