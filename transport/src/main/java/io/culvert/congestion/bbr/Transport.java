/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

import io.culvert.congestion.AckSample;

/** The draft's {@code C.*}: the connection as the latest event left it, and the controls that BBR sets. */
final class Transport {
    final long initialCwnd;
    int smss;
    long delivered;
    long inflight;
    /** C.inflight before the latest acknowledgment. */
    long priorInflight;
    boolean isCwndLimited;

    long cwnd;
    long pacingRate;
    long sendQuantum;

    Transport(int smss, long initialCwnd) {
        this.smss = smss;
        this.initialCwnd = initialCwnd;
        this.cwnd = initialCwnd;
        this.sendQuantum = 2L * smss;
    }

    void read(AckSample ack) {
        delivered = ack.deliveredBytes();
        inflight = ack.inFlightBytes();
        priorInflight = ack.priorInFlightBytes();
        isCwndLimited = ack.isCwndLimited();
    }

    /** BBR.MinPipeCwnd: enough for pipelining where every other segment is acknowledged. */
    long minPipeCwnd() {
        return 4L * smss;
    }
}
