/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/** What was known of deliveries when each record of a {@link FlightLog} was last sent, by slot. */
final class DeliverySnapshots {
    static final DeliverySnapshots NONE = new DeliverySnapshots(0);

    final long[] firstSentNanos;
    final long[] deliveredNanos;
    final long[] delivered;
    final long[] lost;
    final int[] inFlight;

    DeliverySnapshots(int size) {
        firstSentNanos = new long[size];
        deliveredNanos = new long[size];
        delivered = new long[size];
        lost = new long[size];
        inFlight = new int[size];
    }

    void copy(DeliverySnapshots from, int source, int target) {
        firstSentNanos[target] = from.firstSentNanos[source];
        deliveredNanos[target] = from.deliveredNanos[source];
        delivered[target] = from.delivered[source];
        lost[target] = from.lost[source];
        inFlight[target] = from.inFlight[source];
    }
}
