/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.culvert.session.Session;
import io.culvert.session.TimerKind;
import io.culvert.state.ConnectionState;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The sessions of a carrier whose channel is closed and which still try to deliver: each for a limited time. Their
 * number is bounded; past it the oldest gives way.
 */
final class Orphans {
    /** Most orphans of a carrier. */
    static final int MAX_ORPHANS = 4096;

    private final Carrier carrier;
    private final Set<CarriedSession> orphans = new LinkedHashSet<>();

    Orphans(Carrier carrier) {
        this.carrier = carrier;
    }

    void add(CarriedSession carried) {
        ConnectionState state = carried.session().state();
        if (state == ConnectionState.CLOSED || state == ConnectionState.TIME_WAIT) {
            return;
        }
        orphans.add(carried);
        if (orphans.size() > MAX_ORPHANS) {
            carrier.counters.note(CarrierIncident.ORPHAN_EVICTED);
            orphans.iterator().next().abort();
        }
        Session session = carried.session();
        if (state == ConnectionState.FIN_WAIT_2) {
            session.timers.set(TimerKind.FIN_WAIT_2, carrier.now() + session.config.finWait2Nanos);
        } else {
            session.timers.set(TimerKind.ORPHAN, carrier.now() + session.config.orphanNanos);
        }
        carried.rearm();
    }

    void remove(CarriedSession carried) {
        orphans.remove(carried);
    }
}
