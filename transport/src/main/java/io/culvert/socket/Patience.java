/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

/**
 * How long a thread looks again before it sleeps. A request and its answer pass from the thread that calls to an event
 * loop and back, and to wake a sleeping thread takes longer than many an answer; but to look in vain takes processor
 * time from others. So, as a monitor of the JVM spins, it is done while it has been worth it lately, and tried now and
 * then. Who looks again yields the processor in between.
 *
 * <p>Used by one thread at a time.
 */
final class Patience {
    /** So long a thread looks again. */
    static final long LOOK_NANOS = 100_000;
    /** Who slept no longer might have seen it coming: waking up, here and on the way, is part of that time. */
    private static final long SHORT_SLEEP_NANOS = 4 * LOOK_NANOS;
    /** Of so many short sleeps one is a reason to try. */
    private static final int TRY_EVERY = 16;
    /** So often in a row it may be in vain. */
    private static final int MAX_CREDIT = 8;

    private int credit;
    private int shortSleeps;
    private boolean waiting;
    private boolean asleep;
    private long sinceNanos;

    /** Nothing has come yet: whether to look again, rather than to sleep until something comes. */
    boolean looksAgain(long nowNanos) {
        if (!waiting) {
            waiting = true;
            asleep = false;
            sinceNanos = nowNanos;
        }
        if (!asleep && (credit == 0 || nowNanos - sinceNanos >= LOOK_NANOS)) {
            asleep = true;
            credit = Math.max(0, credit - 1);
        }
        return !asleep;
    }

    /** Something has come, or the wait is over for another reason. */
    void ends(long nowNanos) {
        if (waiting && !asleep) {
            credit = Math.min(MAX_CREDIT, credit + 1);
        } else if (waiting && nowNanos - sinceNanos < SHORT_SLEEP_NANOS && ++shortSleeps % TRY_EVERY == 0) {
            credit = Math.max(1, credit);
        }
        waiting = false;
    }

    /** Whether it sleeps, or did before something came. */
    boolean isAsleep() {
        return waiting && asleep;
    }
}
