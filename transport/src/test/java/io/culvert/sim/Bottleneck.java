/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

/**
 * A link of finite rate behind a finite drop-tail queue. Keeps account of what went through and how full the queue was
 * since it exists, or since {@link #restartAccount}. The packet being sent counts as queued with what is left of it.
 */
public final class Bottleneck {
    static final long DROPPED = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long bitsPerSecond;
    private final long queueNanos;
    private long busyUntilNanos;

    private long accountFromNanos;
    private long accountedNanos;
    /** The waiting time that a packet would have met, summed up over time. */
    private double waitingSquareNanos;
    private long longestWaitNanos;
    private long packets;
    private long bytes;
    private long drops;

    Bottleneck(long bitsPerSecond, int queueBytes) {
        if (bitsPerSecond <= 0 || queueBytes <= 0) {
            throw new IllegalArgumentException("rate " + bitsPerSecond + ", queue " + queueBytes);
        }
        this.bitsPerSecond = bitsPerSecond;
        queueNanos = sendingNanos(queueBytes);
    }

    /** When the last bit of a packet that comes now has left, or {@link #DROPPED}. */
    long departureNanos(long nowNanos, int bytes) {
        account(nowNanos);
        long departure = Math.max(nowNanos, busyUntilNanos) + sendingNanos(bytes);
        if (departure - nowNanos > queueNanos) {
            drops++;
            return DROPPED;
        }
        busyUntilNanos = departure;
        packets++;
        this.bytes += bytes;
        longestWaitNanos = Math.max(longestWaitNanos, departure - nowNanos);
        return departure;
    }

    /** How long a packet that comes now would wait, in nanoseconds. */
    public long waitNanos(long nowNanos) {
        return Math.max(0, busyUntilNanos - nowNanos);
    }

    /** The average of {@link #waitNanos} over the time of the account. */
    public double averageWaitNanos(long nowNanos) {
        account(nowNanos);
        return nowNanos == accountFromNanos ? 0 : waitingSquareNanos / (nowNanos - accountFromNanos);
    }

    /** The average length of the queue over the time of the account, in bytes. */
    public double averageQueueBytes(long nowNanos) {
        return averageWaitNanos(nowNanos) * bitsPerSecond / 8 / NANOS_PER_SECOND;
    }

    /** The longest time that a packet of the account took from its arrival to its last bit, in nanoseconds. */
    public long longestWaitNanos() {
        return longestWaitNanos;
    }

    /** How many packets of the account went through. */
    public long packets() {
        return packets;
    }

    /** How many bytes of IP packets of the account went through. */
    public long bytes() {
        return bytes;
    }

    /** How many packets of the account found the queue full. */
    public long drops() {
        return drops;
    }

    /** Forgets the account; what stands in the queue stays. */
    public void restartAccount(long nowNanos) {
        accountFromNanos = nowNanos;
        accountedNanos = nowNanos;
        waitingSquareNanos = 0;
        longestWaitNanos = 0;
        packets = 0;
        bytes = 0;
        drops = 0;
    }

    /** Since the last packet the queue has drained at the link's rate: a triangle, or what is left of one. */
    private void account(long nowNanos) {
        double before = Math.max(0, busyUntilNanos - accountedNanos);
        double after = Math.max(0, busyUntilNanos - nowNanos);
        waitingSquareNanos += (before * before - after * after) / 2;
        accountedNanos = nowNanos;
    }

    private long sendingNanos(int bytes) {
        long bits = 8L * bytes;
        return bits / bitsPerSecond * NANOS_PER_SECOND + bits % bitsPerSecond * NANOS_PER_SECOND / bitsPerSecond;
    }
}
