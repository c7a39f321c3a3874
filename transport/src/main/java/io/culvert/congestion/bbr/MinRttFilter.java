/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** BBR.min_rtt, the least round trip of 10 s, and BBR.probe_rtt_min_delay, that of 5 s, which schedules ProbeRTT. */
final class MinRttFilter {
    static final long INFINITY = Long.MAX_VALUE;
    /** BBR.MinRTTFilterLen. */
    static final long MIN_RTT_FILTER_LEN_NANOS = 10_000_000_000L;
    /** BBR.ProbeRTTInterval. */
    static final long PROBE_RTT_INTERVAL_NANOS = 5_000_000_000L;

    long minRtt = INFINITY;
    private long minRttStamp;
    private long probeRttMinDelay = INFINITY;
    private long probeRttMinStamp;
    /** Whether a ProbeRTT, or an idle period, is due. */
    boolean probeRttExpired;

    void start(long nowNanos) {
        minRttStamp = nowNanos;
        probeRttMinStamp = nowNanos;
    }

    /** UpdateMinRTT(). */
    void update(long nowNanos, RateSample rs) {
        probeRttExpired = nowNanos - probeRttMinStamp > PROBE_RTT_INTERVAL_NANOS;
        if (rs.rttNanos >= 0 && (rs.rttNanos < probeRttMinDelay || probeRttExpired)) {
            probeRttMinDelay = rs.rttNanos;
            probeRttMinStamp = nowNanos;
        }
        boolean minRttExpired = nowNanos - minRttStamp > MIN_RTT_FILTER_LEN_NANOS;
        if (probeRttMinDelay < minRtt || minRttExpired) {
            minRtt = probeRttMinDelay;
            minRttStamp = probeRttMinStamp;
        }
    }

    /** The interval to the next ProbeRTT begins. */
    void scheduleProbeRtt(long nowNanos) {
        probeRttMinStamp = nowNanos;
    }
}
