/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;

/** What happens when a deadline of a session comes. */
public final class Timeouts {
    private Timeouts() {
    }

    /** Handles every deadline that has come: orders what is to be sent and notes what the state machine must know. */
    public static void expire(Session session, long nowNanos) {
        TimerTable timers = session.timers;
        if (timers.expire(TimerKind.DELAYED_ACK, nowNanos)) {
            session.acks.ackNow();
        }
        if (timers.expire(TimerKind.RETRANSMIT, nowNanos)) {
            onRetransmit(session, nowNanos);
        }
        if (timers.expire(TimerKind.PERSIST, nowNanos)) {
            onPersist(session);
        }
        if (timers.expire(TimerKind.ORPHAN, nowNanos)) {
            giveUp(session);
        }
        if (timers.expire(TimerKind.FIN_WAIT_2, nowNanos)) {
            session.facts.note(ConnectionEvent.ORPHAN_OVER);
        }
    }

    private static void onRetransmit(Session session, long nowNanos) {
        session.counters.retransmissionTimeouts++;
        if (session.retries >= retryLimit(session)) {
            giveUp(session);
            return;
        }
        session.retries++;
        // RFC 6298 5.5
        session.rtt.backOff();
        if (session.snd.isSynAcked()) {
            // RFC 6298 5.4: the earliest segment goes again; RFC 5681 3.1: all the rest as the window grows from one
            session.flight.markAllLost();
            session.congestion().onRetransmissionTimeout(nowNanos, session.snd.flightSize(), session.retries == 1);
            session.recovery.onRetransmissionTimeout(session.snd.nxt());
        } else {
            session.synRetransmissions++;
            session.outbox.orderSyn();
        }
    }

    private static void onPersist(Session session) {
        if (session.retries >= retryLimit(session)) {
            giveUp(session);
            return;
        }
        session.retries++;
        session.persistBackoffs++;
        if (session.snd.wnd() == 0) {
            session.outbox.orderWindowProbe();
        } else {
            session.outbox.orderSmallSegment();
        }
    }

    private static int retryLimit(Session session) {
        SessionConfig config = session.config;
        if (!session.snd.isSynAcked()) {
            return session.isPassive() ? config.synAckRetries : config.synRetries;
        }
        return session.isOrphan() ? config.orphanRetries : config.dataRetries;
    }

    private static void giveUp(Session session) {
        session.machine.closeReason(CloseReason.TIMED_OUT);
        session.facts.note(ConnectionEvent.GIVE_UP);
    }
}
