/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

/** An acknowledgment for a controller's test: says what a test sets, cwnd-limited unless it says otherwise. */
public final class TestSample implements AckSample {
    private long nowNanos;
    private long newlyAckedBytes;
    private long newlyLostBytes;
    private long priorInFlightBytes;
    private long inFlightBytes;
    private long deliveredBytes;
    private long lostBytes;
    private long priorDeliveredBytes = -1;
    private long transmitInFlightBytes;
    private long lostSinceTransmitBytes;
    private long deliveryRate;
    private boolean appLimited;
    private long rttNanos = -1;
    private long smoothedRttNanos;
    private long minRttNanos = Long.MAX_VALUE;
    private boolean cwndLimited = true;
    private boolean inRecovery;

    public static TestSample acked(long bytes) {
        return new TestSample().newlyAckedBytes(bytes);
    }

    public TestSample nowNanos(long value) {
        nowNanos = value;
        return this;
    }

    public TestSample newlyAckedBytes(long value) {
        newlyAckedBytes = value;
        return this;
    }

    public TestSample newlyLostBytes(long value) {
        newlyLostBytes = value;
        return this;
    }

    public TestSample priorInFlightBytes(long value) {
        priorInFlightBytes = value;
        return this;
    }

    public TestSample inFlightBytes(long value) {
        inFlightBytes = value;
        return this;
    }

    public TestSample deliveredBytes(long value) {
        deliveredBytes = value;
        return this;
    }

    public TestSample lostBytes(long value) {
        lostBytes = value;
        return this;
    }

    public TestSample priorDeliveredBytes(long value) {
        priorDeliveredBytes = value;
        return this;
    }

    public TestSample transmitInFlightBytes(long value) {
        transmitInFlightBytes = value;
        return this;
    }

    public TestSample lostSinceTransmitBytes(long value) {
        lostSinceTransmitBytes = value;
        return this;
    }

    public TestSample deliveryRate(long value) {
        deliveryRate = value;
        return this;
    }

    public TestSample appLimited(boolean value) {
        appLimited = value;
        return this;
    }

    public TestSample rttNanos(long value) {
        rttNanos = value;
        return this;
    }

    public TestSample smoothedRttNanos(long value) {
        smoothedRttNanos = value;
        return this;
    }

    public TestSample minRttNanos(long value) {
        minRttNanos = value;
        return this;
    }

    public TestSample cwndLimited(boolean value) {
        cwndLimited = value;
        return this;
    }

    public TestSample inRecovery(boolean value) {
        inRecovery = value;
        return this;
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public long newlyAckedBytes() {
        return newlyAckedBytes;
    }

    @Override
    public long newlyLostBytes() {
        return newlyLostBytes;
    }

    @Override
    public long priorInFlightBytes() {
        return priorInFlightBytes;
    }

    @Override
    public long inFlightBytes() {
        return inFlightBytes;
    }

    @Override
    public long deliveredBytes() {
        return deliveredBytes;
    }

    @Override
    public long lostBytes() {
        return lostBytes;
    }

    @Override
    public long priorDeliveredBytes() {
        return priorDeliveredBytes;
    }

    @Override
    public long transmitInFlightBytes() {
        return transmitInFlightBytes;
    }

    @Override
    public long lostSinceTransmitBytes() {
        return lostSinceTransmitBytes;
    }

    @Override
    public long deliveryRate() {
        return deliveryRate;
    }

    @Override
    public boolean isAppLimited() {
        return appLimited;
    }

    @Override
    public long rttNanos() {
        return rttNanos;
    }

    @Override
    public long smoothedRttNanos() {
        return smoothedRttNanos;
    }

    @Override
    public long minRttNanos() {
        return minRttNanos;
    }

    @Override
    public boolean isCwndLimited() {
        return cwndLimited;
    }

    @Override
    public boolean isInRecovery() {
        return inRecovery;
    }
}
