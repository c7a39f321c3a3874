/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.culvert.observe.LoopCounters;
import io.culvert.segment.MalformedReason;

/** What a carrier counts, for itself and for its event loop. Written on that loop. */
public final class CarrierCounters {
    private static final int INCIDENTS = CarrierIncident.values().length;

    private final LoopCounters loop;
    /** By {@link CarrierIncident}, and then by {@link MalformedReason}; made for the first. */
    private long[] counts;

    CarrierCounters(LoopCounters loop) {
        this.loop = loop;
    }

    void note(CarrierIncident incident) {
        count(incident.ordinal());
        loop.note(incident);
    }

    void malformed(MalformedReason reason) {
        count(INCIDENTS + reason.ordinal());
        loop.malformed(reason);
    }

    private void count(int index) {
        if (counts == null) {
            counts = new long[INCIDENTS + MalformedReason.values().length];
        }
        counts[index]++;
    }

    /** Takes over what a carrier has counted that is closed; its event loop keeps it, too. */
    void addAll(CarrierCounters closed) {
        if (closed.counts == null) {
            return;
        }
        long[] sum = counts == null ? new long[closed.counts.length] : counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += closed.counts[i];
        }
        counts = sum;
    }

    /** How often something has happened on the socket. */
    public long of(CarrierIncident incident) {
        return at(incident.ordinal());
    }

    /** Datagrams dropped for a reason. */
    public long malformedBy(MalformedReason reason) {
        return at(INCIDENTS + reason.ordinal());
    }

    private long at(int index) {
        long[] counted = counts;
        return counted == null ? 0 : counted[index];
    }
}
