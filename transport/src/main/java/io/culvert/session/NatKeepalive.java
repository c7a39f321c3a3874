/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * Keeps the mapping of a NAT on the way: after so long without a datagram of ours a bare acknowledgment goes. RFC 4787
 * REQ-6 has only what leaves refresh a mapping for certain, so each side looks after the NATs before itself, and what
 * comes counts for nothing. A datagram sent moves no timer; the deadline is looked at again when it comes.
 */
public final class NatKeepalive {
    private long lastSentNanos;

    /** A datagram of the session leaves. */
    public void sent(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    /** The session is ESTABLISHED, or the setting is another. */
    public void settingsChanged(Session session) {
        if (isWanted(session)) {
            arm(session);
        }
    }

    /**
     * Orders what the peer need not answer: RFC 9293 3.10.7.4 takes an acknowledgment at RCV.NXT, and Linux takes it,
     * for nothing but what it acknowledges. It tells the peer nothing new while data of the peer's is missing, as a
     * duplicate acknowledgment does; but the interval is far longer than it takes the peer to send again.
     */
    void expired(Session session, long nowNanos) {
        if (!isWanted(session)) {
            return;
        }
        if (nowNanos - lastSentNanos >= session.config.natKeepaliveNanos) {
            session.acks.ackNow();
            // it leaves in this very batch; should the socket not take it, the next one is as far away
            lastSentNanos = nowNanos;
        }
        arm(session);
    }

    private void arm(Session session) {
        session.timers.set(TimerKind.NAT_KEEPALIVE, lastSentNanos + session.config.natKeepaliveNanos);
    }

    /** A session that the application has closed goes on for a short while, and has timers of its own. */
    private static boolean isWanted(Session session) {
        return session.config.natKeepaliveNanos > 0 && session.snd.isSynAcked() && !session.isFullyClosed();
    }
}
