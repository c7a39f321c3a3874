/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** The deadlines of a session by kind, in nanoseconds of the event loop's clock. */
public final class TimerTable {
    private static final TimerKind[] KINDS = TimerKind.values();

    private static final long[] NO_DEADLINES = {};

    private long[] deadlineNanos = NO_DEADLINES;
    private int armed;

    /** Sets or moves a deadline. */
    public void set(TimerKind kind, long deadline) {
        if (armed == 0 && deadlineNanos.length == 0) {
            deadlineNanos = new long[KINDS.length];
        }
        deadlineNanos[kind.ordinal()] = deadline;
        armed |= 1 << kind.ordinal();
    }

    /** Removes a deadline. */
    public void stop(TimerKind kind) {
        armed &= ~(1 << kind.ordinal());
    }

    /** Gives back what a table without deadlines does not need. */
    void rest() {
        if (armed == 0) {
            deadlineNanos = NO_DEADLINES;
        }
    }

    /** Removes every deadline. */
    public void stopAll() {
        armed = 0;
    }

    /** Whether the deadline is set. */
    public boolean isSet(TimerKind kind) {
        return (armed & 1 << kind.ordinal()) != 0;
    }

    /** The deadline; meaningful when it is set. */
    long deadline(TimerKind kind) {
        return deadlineNanos[kind.ordinal()];
    }

    /** Whether the deadline is set and has come; it is removed then. */
    public boolean expire(TimerKind kind, long nowNanos) {
        if (isSet(kind) && deadlineNanos[kind.ordinal()] - nowNanos <= 0) {
            stop(kind);
            return true;
        }
        return false;
    }

    /** Whether any deadline is set. */
    public boolean isAnySet() {
        return armed != 0;
    }

    /** The kind of the earliest deadline, {@code null} when none is set. Another thread may see one that has passed. */
    private TimerKind nextKind() {
        long[] deadlines = deadlineNanos;
        TimerKind next = null;
        for (TimerKind kind : KINDS) {
            boolean set = isSet(kind) && kind.ordinal() < deadlines.length;
            if (set && (next == null || deadlines[kind.ordinal()] - deadlines[next.ordinal()] < 0)) {
                next = kind;
            }
        }
        return next;
    }

    /** The name of the earliest deadline, {@code tail-loss-probe}; empty when none is set. */
    public String nextName() {
        TimerKind next = nextKind();
        return next == null ? "" : next.text();
    }

    /** How long it is until the earliest deadline; 0 when none is set. */
    public long untilNext(long nowNanos) {
        long[] deadlines = deadlineNanos;
        TimerKind next = nextKind();
        return next == null || next.ordinal() >= deadlines.length
                ? 0 : Math.max(0, deadlines[next.ordinal()] - nowNanos);
    }

    /** The earliest deadline; meaningful when {@link #isAnySet()}. */
    public long next() {
        long next = 0;
        boolean found = false;
        for (int i = 0; i < deadlineNanos.length; i++) {
            if ((armed & 1 << i) != 0 && (!found || deadlineNanos[i] - next < 0)) {
                next = deadlineNanos[i];
                found = true;
            }
        }
        return next;
    }
}
