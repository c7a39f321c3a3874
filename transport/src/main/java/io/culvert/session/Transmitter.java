/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SequenceNumber;
import io.culvert.state.ConnectionState;

/**
 * Cuts segments: first what is ordered, then what is lost, then what is new, as far as the peer's window and the
 * congestion window allow, and an acknowledgment of its own only when nothing else has carried it.
 */
public final class Transmitter {
    private Transmitter() {
    }

    /** Sends everything that may go now. */
    public static void transmit(Session session, long nowNanos, SegmentOutput out) {
        ConnectionState state = session.state();
        if (session.outbox.takeReset()) {
            Resets.fillAbort(session, out.next(), nowNanos);
            out.send(session, false, nowNanos);
            return;
        }
        // the acknowledgment of our SYN may have come in one batch with what asked for the SYN again
        if (session.outbox.takeSyn() && !session.snd.isSynAcked()) {
            sendSyn(session, state.knowsPeer(), nowNanos, out);
        }
        if (state.sendsText() && session.snd.isSynAcked()) {
            retransmitLost(session, nowNanos, out);
            sendNew(session, nowNanos, out);
            if (session.outbox.takeWindowProbe()) {
                sendProbe(session, nowNanos, out);
            }
        }
        if (state.knowsPeer() && out.isWritable()) {
            for (int owed = session.acks.take(); owed > 0; owed--) {
                sendAck(session, acknowledgmentSequence(session.snd), nowNanos, out);
            }
        }
    }

    /**
     * SND.NXT; but RFC 7323 2.4: with a window that has shrunk its edge, for the peer drops what lies beyond. As in
     * Linux, not for less than one unit of the peer's scale: so much a window shrinks by rounding, and what was sent
     * into it has been taken.
     */
    private static int acknowledgmentSequence(SendSpace snd) {
        return snd.flightSize() - snd.wnd() <= 1 << snd.scale() ? snd.nxt() : snd.una() + (int) snd.wnd();
    }

    private static void sendSyn(Session session, boolean answer, long nowNanos, SegmentOutput out) {
        Segment syn = out.next();
        Handshake.fillSyn(session, syn, answer, nowNanos);
        boolean again = !session.flight.isEmpty();
        if (again) {
            session.flight.sentAgain(0, nowNanos, syn.timestampValue());
        } else {
            session.flight.sent(session.snd.iss(), session.snd.iss() + 1, nowNanos, syn.timestampValue());
            session.snd.nxt(session.snd.iss() + 1);
        }
        if (answer) {
            session.acks.sent(session);
        }
        finish(session, again, nowNanos, out);
    }

    private static void retransmitLost(Session session, long nowNanos, SegmentOutput out) {
        FlightLog flight = session.flight;
        boolean first = session.outbox.takeRetransmitFirst();
        while (flight.lostRecords() > 0 && out.isWritable()) {
            int record = flight.firstLost();
            int bytes = flight.endOf(record) - flight.startOf(record);
            if (!first && flight.pipe() > 0 && flight.pipe() + bytes > window(session)) {
                session.cwndLimited = true;
                return;
            }
            // RFC 7323 2.4: only the oldest segment goes beyond a window that has shrunk
            int edge = session.snd.una() + (int) Math.min(session.snd.wnd(), Integer.MAX_VALUE);
            if (record > 0 && SequenceNumber.greaterThan(flight.endOf(record), edge)) {
                return;
            }
            first = false;
            resend(session, record, nowNanos, out);
        }
    }

    private static void resend(Session session, int record, long nowNanos, SegmentOutput out) {
        int start = session.flight.startOf(record);
        int end = session.flight.endOf(record);
        int streamEnd = session.sendQueue.endSequence();
        boolean fin = SequenceNumber.greaterThan(end, streamEnd);
        int length = (fin ? end - 1 : end) - start;
        Segment segment = fillStream(session, start, length, fin, nowNanos, out);
        session.flight.sentAgain(record, nowNanos, segment.timestampValue());
        finish(session, true, nowNanos, out);
    }

    private static void sendNew(Session session, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        if (session.flight.isEmpty() && nowNanos - session.lastSentNanos > session.rtt.rtoNanos()) {
            // RFC 5681 4.1
            session.congestion().onRestartAfterIdle(nowNanos);
        }
        boolean small = session.outbox.takeSmallSegment();
        session.cwndLimited = false;
        while (!snd.isFinSent() && session.flight.lostRecords() == 0 && out.isWritable()) {
            int unsent = session.sendQueue.endSequence() - snd.nxt();
            int length = nextLength(session, unsent, small);
            if (length < 0) {
                break;
            }
            small = false;
            boolean fin = snd.isFinQueued() && length == unsent && length < usableWindow(snd);
            sendNext(session, length, fin, nowNanos, out);
        }
        armPersist(session, nowNanos);
    }

    /** How many bytes the next new segment has, 0 for FIN alone, -1 when nothing may go. */
    private static int nextLength(Session session, int unsent, boolean small) {
        SendSpace snd = session.snd;
        int smss = session.smss();
        if (unsent == 0 && !snd.isFinQueued()) {
            return -1;
        }
        int wanted = Math.min(unsent, smss);
        int pipe = session.flight.pipe();
        if (pipe > 0 && pipe + Math.max(1, wanted) > window(session)) {
            session.cwndLimited = true;
            return -1;
        }
        long usable = usableWindow(snd);
        int length = (int) Math.min(wanted, usable);
        if (length == 0) {
            return unsent == 0 && usable > 0 ? 0 : -1;
        }
        // RFC 9293 3.8.6.2.1: (1) a full segment
        if (length == smss || small) {
            return length;
        }
        // RFC 896, and (2) all that is queued, (3) half of the largest window seen
        boolean mayBeSmall = session.config.noDelay || snd.nxt() == snd.una() || snd.isFinQueued();
        return mayBeSmall && (length == unsent || 2L * length >= snd.maxWnd()) ? length : -1;
    }

    private static void sendNext(Session session, int length, boolean fin, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        int start = snd.nxt();
        Segment segment = fillStream(session, start, length, fin, nowNanos, out);
        int end = segment.sequenceEnd();
        session.flight.sent(start, end, nowNanos, segment.timestampValue());
        snd.nxt(end);
        if (fin) {
            snd.finSent();
        }
        finish(session, false, nowNanos, out);
    }

    /** A segment of the stream, PSH on the one that empties the send queue. */
    private static Segment fillStream(Session session, int start, int length, boolean fin, long nowNanos,
            SegmentOutput out) {
        SendQueue queue = session.sendQueue;
        int flags = SegmentFlags.ACK;
        if (fin) {
            flags |= SegmentFlags.FIN;
        }
        if (length > 0 && start + length == queue.endSequence()) {
            flags |= SegmentFlags.PSH;
        }
        session.counters.bytesSent += length;
        return fill(session, flags, start, nowNanos, out)
                .payload(queue, start - queue.baseSequence(), length);
    }

    /** The header of every segment but SYN and RST: acknowledgment, window, timestamps. */
    private static Segment fill(Session session, int flags, int sequence, long nowNanos, SegmentOutput out) {
        Segment segment = out.next();
        segment.flags(flags)
                .sequenceNumber(sequence)
                .acknowledgmentNumber(session.rcv.nxt())
                .window(session.rcv.announce(session.receiveBufferFree(), session.windowStep()));
        if (session.timestamps.isOn()) {
            session.timestamps.stamp(segment, nowNanos);
        }
        session.acks.sent(session);
        return segment;
    }

    private static void finish(Session session, boolean retransmission, long nowNanos, SegmentOutput out) {
        if (retransmission) {
            session.counters.retransmissions++;
        }
        session.lastSentNanos = nowNanos;
        // RFC 6298 5.1
        if (!session.timers.isSet(TimerKind.RETRANSMIT)) {
            session.timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
        }
        out.send(session, retransmission, nowNanos);
    }

    private static void sendAck(Session session, int sequence, long nowNanos, SegmentOutput out) {
        fill(session, SegmentFlags.ACK, sequence, nowNanos, out);
        out.send(session, false, nowNanos);
    }

    /** RFC 9293 3.8.6.1: a segment left of the peer's window, as Linux sends it, makes the peer say its window. */
    private static void sendProbe(Session session, long nowNanos, SegmentOutput out) {
        session.counters.windowProbes++;
        sendAck(session, session.snd.una() - 1, nowNanos, out);
    }

    /** What waits for the peer's window while nothing is in flight is watched by the persist timer. */
    private static void armPersist(Session session, long nowNanos) {
        SendSpace snd = session.snd;
        boolean waiting = session.flight.isEmpty()
                && (session.sendQueue.bytes() > 0 || snd.isFinQueued() && !snd.isFinSent());
        if (!waiting) {
            session.timers.stop(TimerKind.PERSIST);
        } else if (!session.timers.isSet(TimerKind.PERSIST)) {
            session.timers.set(TimerKind.PERSIST, nowNanos + session.rtt.backedOff(session.persistBackoffs));
        }
    }

    private static long usableWindow(SendSpace snd) {
        return Math.max(0, snd.wnd() - snd.flightSize());
    }

    private static long window(Session session) {
        return session.congestion().congestionWindow() + session.recovery.inflationBytes();
    }
}
