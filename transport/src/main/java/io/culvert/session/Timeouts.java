/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.observe.Incident;
import io.culvert.recovery.TailLossProbe;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;

/** What happens when a deadline of a session comes. */
public final class Timeouts {
    private Timeouts() {
    }

    /** Handles every deadline that has come: orders what is to be sent and notes what the state machine must know. */
    public static void expire(Session session, RecoveryProcessor recovery, long nowNanos) {
        TimerTable timers = session.timers;
        if (timers.expire(TimerKind.DELAYED_ACK, nowNanos)) {
            session.acks.ackNow();
        }
        // the transmission that follows every deadline finds that it may go on
        timers.expire(TimerKind.PACING, nowNanos);
        if (timers.expire(TimerKind.REORDERING, nowNanos)) {
            recovery.onReorderingTimeout(session, nowNanos);
        }
        if (timers.expire(TimerKind.TAIL_LOSS_PROBE, nowNanos)) {
            // RFC 8985 7.3: instead of the timeout if both are due, which then counts from the probe
            session.outbox.orderTailLossProbe();
            timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
        }
        if (timers.expire(TimerKind.USER_TIMEOUT, nowNanos)) {
            session.userTimeout.expired(session, nowNanos);
        }
        if (timers.expire(TimerKind.RETRANSMIT, nowNanos)) {
            onRetransmit(session, recovery, nowNanos);
        }
        if (timers.expire(TimerKind.PERSIST, nowNanos)) {
            onPersist(session);
        }
        if (timers.expire(TimerKind.KEEPALIVE, nowNanos)) {
            session.keepalive.expired(session, nowNanos);
        }
        if (timers.expire(TimerKind.NAT_KEEPALIVE, nowNanos)) {
            session.natKeepalive.expired(session, nowNanos);
        }
        if (timers.expire(TimerKind.IDLE_BUFFERS, nowNanos)) {
            session.buffers.onIdleCheck(nowNanos);
        }
        if (timers.expire(TimerKind.PATH_MTU, nowNanos)) {
            PathProber.raise(session);
        }
        if (timers.expire(TimerKind.ORPHAN, nowNanos)) {
            giveUp(session);
        }
        if (timers.expire(TimerKind.FIN_WAIT_2, nowNanos)) {
            session.facts.note(ConnectionEvent.ORPHAN_OVER);
        }
    }

    /**
     * RFC 8985 7.2: sets the probe timeout, or stops it where a probe would tell nothing.
     *
     * @param restart whether it counts from now: new data was sent or acknowledged
     */
    static void armTailLossProbe(Session session, boolean restart, long nowNanos) {
        TimerTable timers = session.timers;
        boolean wanted = session.isSackPermitted() && session.snd.isSynAcked() && !session.flight.isEmpty()
                && session.flight.sackedRecords() == 0 && !session.recovery.isUnderWay()
                && session.recovery.probe.isAllowed();
        if (!wanted) {
            timers.stop(TimerKind.TAIL_LOSS_PROBE);
            return;
        }
        if (!restart && timers.isSet(TimerKind.TAIL_LOSS_PROBE)) {
            return;
        }
        long deadline = nowNanos + TailLossProbe.timeoutNanos(session.rtt, session.flight.size());
        if (timers.isSet(TimerKind.RETRANSMIT) && timers.deadline(TimerKind.RETRANSMIT) - deadline < 0) {
            deadline = timers.deadline(TimerKind.RETRANSMIT);
        }
        timers.set(TimerKind.TAIL_LOSS_PROBE, deadline);
    }

    private static void onRetransmit(Session session, RecoveryProcessor recovery, long nowNanos) {
        session.counters.note(Incident.RETRANSMISSION_TIMEOUT);
        if (session.retries >= retryLimit(session)) {
            giveUp(session);
            return;
        }
        session.retries++;
        // RFC 6298 5.5
        session.rtt.backOff();
        if (session.snd.isSynAcked()) {
            PathProber.timedOut(session, nowNanos);
            recovery.onRetransmissionTimeout(session, nowNanos);
        } else {
            session.synRetransmissions++;
            session.outbox.orderSyn();
        }
    }

    private static void onPersist(Session session) {
        if (session.snd.wnd() > 0) {
            // no question to the peer: the segment leaves now, and has a retransmission timer of its own
            session.outbox.orderSmallSegment();
            return;
        }
        if (session.retries >= retryLimit(session)) {
            giveUp(session);
            return;
        }
        session.retries++;
        session.persistBackoffs++;
        session.outbox.orderWindowProbe();
    }

    private static int retryLimit(Session session) {
        SessionConfig config = session.config;
        if (!session.snd.isSynAcked()) {
            if (session.isPassive()) {
                return config.synAckRetries;
            }
            return config.rendezvous ? Rendezvous.synRetries(session.rtt, config.synRetries) : config.synRetries;
        }
        if (session.isOrphan()) {
            return config.orphanRetries;
        }
        // as in Linux: the user timeout takes the place of the count
        return config.userTimeoutNanos > 0 ? Integer.MAX_VALUE : config.dataRetries;
    }

    private static void giveUp(Session session) {
        giveUp(session, CloseReason.TIMED_OUT);
    }

    static void giveUp(Session session, CloseReason reason) {
        session.machine.closeReason(reason);
        session.facts.note(ConnectionEvent.GIVE_UP);
    }
}
