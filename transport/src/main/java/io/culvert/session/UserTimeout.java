/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.state.CloseReason;

/**
 * How long data may stay unacknowledged, or unsent before a closed window: RFC 9293 3.8.3 and RFC 5482, set as in Linux
 * by TCP_USER_TIMEOUT. Has a deadline of its own, so that it comes in time whatever the retransmission timer has been
 * backed off to. An acknowledgment moves no timer; the deadline is looked at again when it comes.
 */
final class UserTimeout {
    private boolean waiting;
    private boolean inFlight;
    private int una;
    private long sinceNanos;

    /** After every transmission: whether the session waits for its peer, and since when without any progress. */
    void watch(Session session, long nowNanos) {
        if (!isWaiting(session)) {
            waiting = false;
            session.timers.stop(TimerKind.USER_TIMEOUT);
            return;
        }
        boolean sent = !session.flight.isEmpty();
        // what is acknowledged is progress, and so is a window that opens: what waited for it is on its way now
        if (!waiting || sent != inFlight || session.snd.una() != una) {
            waiting = true;
            inFlight = sent;
            una = session.snd.una();
            sinceNanos = nowNanos;
        }
        if (session.config.userTimeoutNanos > 0 && !session.timers.isSet(TimerKind.USER_TIMEOUT)) {
            arm(session);
        }
    }

    /** The option may have been set anew. */
    void settingsChanged(Session session) {
        session.timers.stop(TimerKind.USER_TIMEOUT);
        if (waiting && session.config.userTimeoutNanos > 0) {
            arm(session);
        }
    }

    void expired(Session session, long nowNanos) {
        long limitNanos = session.config.userTimeoutNanos;
        if (nowNanos - sinceNanos < limitNanos) {
            arm(session);
        } else if (limitNanos > 0) {
            Timeouts.giveUp(session, CloseReason.USER_TIMEOUT);
        }
    }

    private void arm(Session session) {
        session.timers.set(TimerKind.USER_TIMEOUT, sinceNanos + session.config.userTimeoutNanos);
    }

    /** As in Linux our connection request counts too; the answer to a peer's has its own limit. */
    private static boolean isWaiting(Session session) {
        return session.snd.isSynAcked() ? !session.isDelivered() : !session.isPassive() && !session.flight.isEmpty();
    }
}
