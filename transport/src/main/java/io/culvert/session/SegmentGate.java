/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

import io.culvert.observe.Incident;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;

/**
 * The checks of RFC 9293 3.10.7.4 before a segment's acknowledgment and text count, in their order, with PAWS
 * (RFC 7323 5.3) before and the blind-attack rules of RFC 5961 in them, of which the one for SYN comes before all. For
 * SYN-RECEIVED and every state after it.
 */
public final class SegmentGate {
    private SegmentGate() {
    }

    /** Whether the segment's acknowledgment, text and FIN may be processed. Orders what answer it is owed. */
    public static boolean admit(Session session, Segment segment, long nowNanos, SegmentOutput out) {
        boolean synReceived = !session.snd.isSynAcked();
        if (segment.has(SegmentFlags.URG)) {
            session.counters.note(Incident.URGENT);
        }
        if (segment.has(SegmentFlags.SYN)) {
            return admitSyn(session, segment, synReceived, nowNanos);
        }
        if (!passesTimestamps(session, segment, nowNanos)) {
            return false;
        }
        // first, check sequence number
        if (!isAcceptable(session, segment)) {
            session.counters.note(Incident.UNACCEPTABLE);
            if (isProbe(session, segment)) {
                session.keepalive.heard(session, nowNanos);
                TextProcessor.answerDuplicate(session, segment, true, nowNanos);
            } else if (!segment.has(SegmentFlags.RST)) {
                TextProcessor.answerDuplicate(session, segment, false, nowNanos);
            }
            return false;
        }
        // second, check the RST bit
        if (segment.has(SegmentFlags.RST)) {
            reset(session, segment, synReceived, nowNanos);
            return false;
        }
        // fifth, check the ACK field
        if (!passesAck(session, segment, synReceived, nowNanos, out)) {
            return false;
        }
        taken(session, segment, nowNanos);
        return true;
    }

    /** The segment has passed all checks. */
    static void taken(Session session, Segment segment, long nowNanos) {
        // RFC 7323 4.3 (2): TS.Recent moves once everything else is in order
        session.timestamps.update(segment, session.rcv.lastAckSent(), !session.reassembly.isEmpty(), nowNanos);
        session.keepalive.heard(session, nowNanos);
    }

    /** RFC 9293 3.8.4: the peer asks whether we are there, by at most a byte just left of the window. */
    private static boolean isProbe(Session session, Segment segment) {
        return segment.sequenceNumber() == session.rcv.nxt() - 1 && segment.sequenceLength() <= 1
                && !segment.has(SegmentFlags.RST) && !segment.has(SegmentFlags.FIN);
    }

    /** RFC 5961 section 4: a SYN never moves an open session, wherever its sequence number lies. */
    private static boolean admitSyn(Session session, Segment segment, boolean synReceived, long nowNanos) {
        if (synReceived && Handshake.isSameSyn(session, segment)) {
            session.outbox.orderSyn();
            return false;
        }
        if (synReceived && Handshake.isCrossingSynAck(session, segment)) {
            AckProcessor.takeHandshakeAck(session, segment, nowNanos);
            session.snd.updateWindow(segment.window(), segment.sequenceNumber(), segment.acknowledgmentNumber());
            session.facts.note(ConnectionEvent.SYN_ACKED);
            return false;
        }
        session.acks.challenge(session, nowNanos);
        return false;
    }

    private static boolean passesTimestamps(Session session, Segment segment, long nowNanos) {
        Timestamps timestamps = session.timestamps;
        if (!timestamps.isOn() || segment.has(SegmentFlags.RST)) {
            return true;
        }
        // RFC 7323 3.2: once negotiated, a segment without the option is dropped
        if (!segment.hasTimestamps()) {
            session.counters.note(Incident.UNACCEPTABLE);
            return false;
        }
        // RFC 7323 5.3 R1
        if (timestamps.isOld(segment, nowNanos)) {
            session.counters.note(Incident.UNACCEPTABLE);
            TextProcessor.answerDuplicate(session, segment, false, nowNanos);
            return false;
        }
        return true;
    }

    /** RFC 9293 3.4: the four cases of the window test, on what the peer has been offered. */
    static boolean isAcceptable(Session session, Segment segment) {
        int seq = segment.sequenceNumber();
        int length = segment.sequenceLength();
        int nxt = session.rcv.nxt();
        int window = session.rcv.wnd();
        if (window == 0) {
            // RFC 9293 3.10.7.4: with a closed window valid ACKs and RSTs still count; the text is dropped later
            return seq == nxt;
        }
        boolean startInside = greaterOrEqual(seq, nxt) && lessThan(seq, nxt + window);
        if (length == 0) {
            // as Linux, the right edge itself included: a peer that has filled the window acknowledges from there
            return startInside || seq == nxt + window && !segment.has(SegmentFlags.RST);
        }
        int last = seq + length - 1;
        return startInside || greaterOrEqual(last, nxt) && lessThan(last, nxt + window);
    }

    private static void reset(Session session, Segment segment, boolean synReceived, long nowNanos) {
        // RFC 5961 3.2: only exactly at RCV.NXT, otherwise a challenge
        if (segment.sequenceNumber() != session.rcv.nxt()) {
            session.acks.challenge(session, nowNanos);
            return;
        }
        session.machine.closeReason(synReceived ? CloseReason.REFUSED : CloseReason.RESET);
        session.facts.note(ConnectionEvent.RST);
    }

    private static boolean passesAck(Session session, Segment segment, boolean synReceived, long nowNanos,
            SegmentOutput out) {
        if (!segment.has(SegmentFlags.ACK)) {
            return false;
        }
        int ack = segment.acknowledgmentNumber();
        if (synReceived) {
            // RFC 9293 3.10.7.4: SND.UNA < SEG.ACK =< SND.NXT, otherwise a reset, and the half-open session stays
            if (!session.snd.isNewAck(ack)) {
                Resets.answer(segment, session, nowNanos, out);
                return false;
            }
            // a full accept queue: the last ACK of the handshake is dropped, our SYN,ACK will ask for it again
            boolean room = session.acceptQueue() == null || session.acceptQueue().hasRoom();
            if (!room) {
                session.counters.note(Incident.ACCEPT_QUEUE_FULL);
            }
            return room;
        }
        // RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT
        long behind = Integer.toUnsignedLong(session.snd.nxt() - ack);
        if (behind > session.snd.flightSize() + session.snd.maxWnd()) {
            session.acks.challenge(session, nowNanos);
            return false;
        }
        return true;
    }
}
