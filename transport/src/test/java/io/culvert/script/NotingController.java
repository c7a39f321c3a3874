/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.congestion.AckSample;
import io.culvert.congestion.CongestionController;
import io.culvert.congestion.NewReno;
import java.util.ArrayList;
import java.util.List;

/** A user's congestion controller: NewReno that notes every call, and throws from one if it is told to. */
final class NotingController implements CongestionController {
    /** The calls since the last look, by their names; those of segments sent are kept apart. */
    private final List<String> calls = new ArrayList<>();
    final List<Long> sentInFlight = new ArrayList<>();
    private final NewReno reno;
    private final String thrower;

    /**
     * A controller.
     *
     * @param thrower the method that throws, empty for none
     */
    NotingController(int smss, long initialWindow, String thrower) {
        reno = new NewReno(smss, initialWindow);
        this.thrower = thrower;
    }

    /** The calls since the last look, without {@code onSent}. */
    List<String> calls() {
        List<String> all = new ArrayList<>(calls);
        calls.clear();
        return all;
    }

    private void note(String method, String with) {
        calls.add(method + with);
        throwIn(method);
    }

    private void throwIn(String method) {
        if (method.equals(thrower)) {
            throw new IllegalStateException("the user's fault in " + method);
        }
    }

    @Override
    public long congestionWindow() {
        throwIn("congestionWindow");
        return reno.congestionWindow();
    }

    @Override
    public long slowStartThreshold() {
        return reno.slowStartThreshold();
    }

    @Override
    public void onSent(long nowNanos, long inFlightBytes, boolean appLimited) {
        sentInFlight.add(inFlightBytes);
        throwIn("onSent");
    }

    @Override
    public void onAcknowledged(AckSample sample) {
        note("onAcknowledged", " +" + sample.newlyAckedBytes() + " -" + sample.newlyLostBytes()
                + (sample.isInRecovery() ? " recovering" : ""));
        reno.onAcknowledged(sample);
    }

    @Override
    public void onLost(long nowNanos, int bytes, long transmitInFlightBytes, long lostSinceTransmitBytes,
            boolean appLimited) {
        note("onLost", " " + bytes);
    }

    @Override
    public void onCongestionEvent(long nowNanos, long flightSizeBytes) {
        note("onCongestionEvent", " " + flightSizeBytes);
        reno.onCongestionEvent(nowNanos, flightSizeBytes);
    }

    @Override
    public void onRecoveryExit(long nowNanos, long inFlightBytes) {
        note("onRecoveryExit", "");
        reno.onRecoveryExit(nowNanos, inFlightBytes);
    }

    @Override
    public void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first) {
        note("onRetransmissionTimeout", " " + flightSizeBytes + (first ? " first" : " again"));
        reno.onRetransmissionTimeout(nowNanos, flightSizeBytes, first);
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        note("onSpuriousLoss", "");
        reno.onSpuriousLoss(nowNanos);
    }

    @Override
    public void onRestartAfterIdle(long nowNanos) {
        note("onRestartAfterIdle", "");
        reno.onRestartAfterIdle(nowNanos);
    }

    @Override
    public void segmentBytes(int smss) {
        note("segmentBytes", " " + smss);
        reno.segmentBytes(smss);
    }
}
