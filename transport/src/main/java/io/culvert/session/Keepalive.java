/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.state.CloseReason;

/**
 * Whether a peer of which nothing is heard is still there: RFC 9293 3.8.4, with the three settings of Linux. A segment
 * that comes moves no timer; the deadline is looked at again when it comes.
 */
public final class Keepalive {
    private long lastReceivedNanos;
    private long armedIdleNanos;
    private int unanswered;

    /** The probes sent since the peer was last heard. */
    public int unanswered() {
        return unanswered;
    }

    /** When the peer was last heard; meaningful from ESTABLISHED on. */
    long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    /** The session is ESTABLISHED. */
    public void start(Session session, long nowNanos) {
        lastReceivedNanos = nowNanos;
        settingsChanged(session, nowNanos);
    }

    /** Keepalive may have been switched on or off, or the idle time set. */
    void settingsChanged(Session session, long nowNanos) {
        if (!isWanted(session)) {
            session.timers.stop(TimerKind.KEEPALIVE);
        } else if (!session.timers.isSet(TimerKind.KEEPALIVE)) {
            // as Linux: whoever switches it on waits for one idle time, however long the silence has lasted
            unanswered = 0;
            arm(session, nowNanos);
        } else if (armedIdleNanos != session.config.keepIdleNanos) {
            arm(session, lastReceivedNanos);
        }
    }

    /** The peer has been heard. */
    void heard(Session session, long nowNanos) {
        lastReceivedNanos = nowNanos;
        if (unanswered > 0) {
            unanswered = 0;
            // no longer a matter of the interval between probes
            if (session.timers.isSet(TimerKind.KEEPALIVE)) {
                arm(session, nowNanos);
            }
        }
    }

    void expired(Session session, long nowNanos) {
        if (!isWanted(session)) {
            return;
        }
        SessionConfig config = session.config;
        // RFC 9293 3.8.4: only while nothing is outstanding; what is has the retransmission or the persist timer
        if (!session.isDelivered()) {
            arm(session, nowNanos);
            return;
        }
        long silentNanos = nowNanos - lastReceivedNanos;
        if (silentNanos < config.keepIdleNanos) {
            arm(session, lastReceivedNanos);
        } else if (isGone(config, silentNanos)) {
            Timeouts.giveUp(session, CloseReason.KEEPALIVE_TIMEOUT);
        } else {
            unanswered++;
            session.outbox.orderKeepaliveProbe();
            armedIdleNanos = config.keepIdleNanos;
            session.timers.set(TimerKind.KEEPALIVE, nowNanos + config.keepIntervalNanos);
        }
    }

    /** RFC 9293 3.8.4: never for one probe unless so set. As in Linux a user timeout takes the place of the count. */
    private boolean isGone(SessionConfig config, long silentNanos) {
        return config.userTimeoutNanos > 0
                ? unanswered > 0 && silentNanos >= config.userTimeoutNanos
                : unanswered >= config.keepCount;
    }

    private void arm(Session session, long idleSinceNanos) {
        armedIdleNanos = session.config.keepIdleNanos;
        session.timers.set(TimerKind.KEEPALIVE, idleSinceNanos + armedIdleNanos);
    }

    /** Of a session that the application has closed nothing is left to keep: its other limits are shorter. */
    private static boolean isWanted(Session session) {
        return session.config.keepAlive && session.snd.isSynAcked() && !session.isFullyClosed();
    }
}
