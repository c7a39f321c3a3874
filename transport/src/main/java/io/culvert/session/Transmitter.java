/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.observe.Incident;
import io.culvert.recovery.FlightLog;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentWriter;
import io.culvert.segment.SequenceNumber;
import io.culvert.state.ConnectionState;

/**
 * Cuts segments: first what is ordered, then what is lost, then what is new, as far as the peer's window and the
 * congestion window allow, and an acknowledgment of its own only when nothing else has carried it, or for SACK blocks.
 */
public final class Transmitter {
    /** SACK blocks take no more of a full segment of the stream than this part, our choice. */
    private static final int SHARE_OF_BLOCKS = 8;

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
        if (session.outbox.takeSyn()) {
            // the acknowledgment of our SYN may have come in one batch with what asked for the SYN again
            if (!session.snd.isSynAcked()) {
                sendSyn(session, state.knowsPeer(), nowNanos, out);
            } else if (!session.isPassive()) {
                // a simultaneous open of which the peer has not heard: its SYN and its SYN,ACK have come in one batch
                session.acks.ackNow();
            }
        }
        while (owesBlocks(session) && state.knowsPeer() && out.isWritable()) {
            sendAck(session, acknowledgmentSequence(session.snd), nowNanos, out);
        }
        if (state.sendsText() && session.snd.isSynAcked()) {
            sendText(session, nowNanos, out);
            if (session.outbox.takeWindowProbe()) {
                sendProbe(session, nowNanos, out);
            }
        }
        if (session.outbox.takeKeepaliveProbe() && session.flight.isEmpty()) {
            // RFC 9293 3.8.4: SEG.SEQ = SND.NXT - 1 and no data
            sendAck(session, session.snd.nxt() - 1, nowNanos, out);
        }
        if (state.knowsPeer() && out.isWritable()) {
            for (int owed = session.acks.take(); owed > 0; owed--) {
                sendAck(session, acknowledgmentSequence(session.snd), nowNanos, out);
            }
        }
        session.userTimeout.watch(session, nowNanos);
    }

    /**
     * Before the next text of a batch is taken: acknowledges what came before it, if that cannot wait for the end of
     * the batch. What is told of one block must not acknowledge what came after it: to RACK (RFC 8985) the blocks that
     * are not told with it yet would be lost.
     */
    public static void acknowledgeEarly(Session session, Segment segment, long nowNanos, SegmentOutput out) {
        if (segment.payloadLength() == 0 || !session.isSackPermitted() || !session.acks.isDue() || !out.isWritable()) {
            return;
        }
        int left = segment.sequenceNumber();
        boolean anotherBlock = SequenceNumber.greaterThan(left, session.rcv.nxt())
                && session.sackBlocks.hasNewsApartFrom(left, segment.sequenceEnd());
        if (anotherBlock || session.acks.isDueEarly()) {
            session.acks.takeEarly();
            sendAck(session, acknowledgmentSequence(session.snd), nowNanos, out);
        }
    }

    /**
     * Whether an acknowledgment goes before the segments of the stream, which have room for some blocks at best:
     * because blocks are news, or because one is due and RFC 2018 section 4 wants those that are still held told with
     * every advance. A peer that finds its retransmission acknowledged, and of what it sent before hears nothing, takes
     * it for lost.
     */
    private static boolean owesBlocks(Session session) {
        return session.sackBlocks.hasNews() || session.acks.isDue() && session.sackBlocks.size() > 0;
    }

    /**
     * Whether there is at most an acknowledgment to send, and one of which nobody can say yet that nothing goes with
     * it: it tells of no hole, and of no more text than a peer has under way before the first acknowledgment.
     */
    public static boolean mayWait(Session session) {
        return session.acks.mayWait() && !owesBlocks(session) && session.state().sendsText()
                && session.flight.lostRecords() == 0 && !session.hasSendableData() && !session.snd.owesFin()
                && !session.outbox.hasOrders();
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
            session.counters.sentAgain(Incident.RETRANSMITTED_SYN, 0);
            session.flight.sentAgain(session.flight.first(), nowNanos, syn.timestampValue());
        } else {
            session.flight.sent(session.snd.iss(), session.snd.iss() + 1, nowNanos, syn.timestampValue());
            session.snd.nxt(session.snd.iss() + 1);
        }
        if (answer) {
            session.acks.sent(session);
        }
        if (session.config.rendezvous && !session.isPassive() && !session.timers.isSet(TimerKind.RETRANSMIT)) {
            session.timers.set(TimerKind.RETRANSMIT, nowNanos + Rendezvous.synTimeoutNanos(session.rtt));
        }
        finish(session, again, nowNanos, out);
    }

    /** The stream: the probe of its tail, what is lost, what is new. */
    private static void sendText(Session session, long nowNanos, SegmentOutput out) {
        if (session.flight.isEmpty() && session.hasSendableData()
                && nowNanos - session.lastSentNanos > session.rtt.rtoNanos()) {
            // RFC 5681 4.1
            session.congestion().onRestartAfterIdle(nowNanos);
        }
        session.beginPacing(nowNanos);
        session.cwndLimited = false;
        session.pacingLimited = false;
        int sndNxt = session.snd.nxt();
        if (session.outbox.takeTailLossProbe()) {
            sendTailLossProbe(session, nowNanos, out);
        }
        if (session.recovery.forwardRto.prefersNewData()) {
            sendNewFirst(session, nowNanos, out);
        } else {
            retransmitLost(session, nowNanos, out);
            if (session.flight.lostRecords() == 0) {
                sendNew(session, nowNanos, out);
            }
        }
        if (session.snd.nxt() != sndNxt) {
            Timeouts.armTailLossProbe(session, true, nowNanos);
        }
        session.endTransmission();
        armPersist(session, nowNanos);
    }

    /** RFC 5682 2.1 step 2b: new data first, to find out whether the timeout was spurious, if any can be sent. */
    private static void sendNewFirst(Session session, long nowNanos, SegmentOutput out) {
        sendNew(session, nowNanos, out);
        boolean sent = session.snd.nxt() != session.recovery.recoveryPoint();
        if (!sent && !session.pacingLimited && out.isWritable()) {
            session.recovery.forwardRto.cancel();
            retransmitLost(session, nowNanos, out);
        }
    }

    private static void retransmitLost(Session session, long nowNanos, SegmentOutput out) {
        FlightLog flight = session.flight;
        boolean first = out.isWritable() && session.outbox.takeRetransmitFirst();
        while (flight.lostRecords() > 0 && out.isWritable()) {
            int record = flight.firstLost();
            int bytes = Math.min(flight.bytesOf(record), PathProber.resendBytes(session));
            if (!first && (session.recovery.forwardRto.holdsBack() || !mayLeave(session, bytes, nowNanos))) {
                return;
            }
            // RFC 7323 2.4: only the oldest segment goes beyond a window that has shrunk
            int edge = session.snd.una() + (int) Math.min(session.snd.wnd(), Integer.MAX_VALUE);
            if (record != flight.first() && SequenceNumber.greaterThan(flight.endOf(record), edge)) {
                return;
            }
            first = false;
            resend(session, record, causeOf(session, record), nowNanos, out);
        }
    }

    /** Whether the congestion window and the pacing let a segment leave. */
    private static boolean mayLeave(Session session, int bytes, long nowNanos) {
        int inFlight = session.inFlight();
        if (inFlight > 0 && inFlight + bytes > session.congestionWindow()) {
            session.cwndLimited = true;
            return false;
        }
        session.pacingLimited = session.isPaced() && !session.pacer.allows(bytes, nowNanos);
        return !session.pacingLimited;
    }

    /** RFC 8985 7.3: new data if there is any and the peer has room, otherwise the last segment again. */
    private static void sendTailLossProbe(Session session, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        FlightLog flight = session.flight;
        if (flight.isEmpty() || !out.isWritable()) {
            return;
        }
        int unsent = session.sendQueue.endSequence() - snd.nxt();
        int length = Math.min(unsent, fullSegment(session));
        boolean fresh = length > 0 && length <= usableWindow(snd) && !snd.isFinSent();
        if (!fresh && flight.isSacked(flight.end() - 1)) {
            return;
        }
        session.counters.note(Incident.TAIL_LOSS_PROBE);
        if (fresh) {
            sendNext(session, length, snd.isFinQueued() && length == unsent && length < usableWindow(snd), nowNanos,
                    out);
        } else {
            if (flight.isProbe(flight.end() - 1) && !flight.isLost(flight.end() - 1)) {
                PathProber.lost(session, nowNanos);
                flight.markLost(flight.end() - 1);
            }
            resend(session, flight.end() - 1, Incident.RETRANSMITTED_AS_PROBE, nowNanos, out);
        }
        session.recovery.probe.sent(snd.nxt(), !fresh);
        // RFC 8985 7.3: the timeout counts from the probe
        session.timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
    }

    /** Why a record is sent again that is lost. */
    private static Incident causeOf(Session session, int record) {
        if (session.flight.isProbe(record)) {
            return Incident.RETRANSMITTED_PATH_PROBE;
        }
        return session.recovery.isTimeout()
                ? Incident.RETRANSMITTED_ON_TIMEOUT : Incident.RETRANSMITTED_IN_RECOVERY;
    }

    private static void resend(Session session, int record, Incident cause, long nowNanos, SegmentOutput out) {
        FlightLog flight = session.flight;
        int most = PathProber.resendBytes(session);
        int streamEnd = session.sendQueue.endSequence();
        int text = SequenceNumber.min(flight.endOf(record), streamEnd) - flight.startOf(record);
        if (flight.isLost(record) && text > most) {
            flight.split(record, most);
        }
        int start = flight.startOf(record);
        int end = flight.endOf(record);
        boolean fin = SequenceNumber.greaterThan(end, streamEnd);
        int length = (fin ? end - 1 : end) - start;
        boolean alone = session.inFlight() == 0;
        Segment segment = fillStream(session, start, length, fin, nowNanos, out);
        session.counters.sentAgain(cause, length);
        session.congestion().onSent(nowNanos, session.inFlight(), session.rate.isAppLimited());
        flight.sentAgain(record, nowNanos, segment.timestampValue());
        session.recovery.undo().onRetransmitted(start, end, segment.timestampValue());
        if (record == flight.first()) {
            // RFC 6675 section 6, as Linux: else the timeout comes before the answer where the round trip is long
            session.timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
        }
        PathProber.sentAgain(session, length, nowNanos);
        left(session, record, end - start, alone, nowNanos);
        finish(session, true, nowNanos, out);
    }

    private static void sendNew(Session session, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        boolean small = session.outbox.takeSmallSegment();
        while (!snd.isFinSent() && out.isWritable()) {
            int unsent = session.sendQueue.endSequence() - snd.nxt();
            int probe = PathProber.probeBytes(session, unsent);
            if (probe > 0) {
                if (!mayLeave(session, probe, nowNanos)) {
                    break;
                }
                sendNext(session, probe, false, nowNanos, out);
                continue;
            }
            int length = nextLength(session, unsent, small, nowNanos);
            if (length < 0) {
                break;
            }
            small = false;
            boolean fin = snd.isFinQueued() && length == unsent && length < usableWindow(snd);
            Segment segment = sendNext(session, length, fin, nowNanos, out);
            if (length == fullSegment(session) && !session.path.wantsProbe()) {
                sendAlike(session, segment, nowNanos, out);
            }
        }
        if (small && session.pacingLimited) {
            session.outbox.orderSmallSegment();
        }
    }

    /**
     * Full segments behind a full one, as far as peer, congestion window and pacing let them go: headers that differ
     * in nothing but SEG.SEQ. The last of what is queued is not among them, it may have PSH and FIN.
     */
    private static void sendAlike(Session session, Segment segment, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        SendQueue queue = session.sendQueue;
        int full = segment.payloadLength();
        segment.flags(SegmentFlags.ACK);
        while (queue.endSequence() - snd.nxt() > full && usableWindow(snd) >= full && out.isWritable()
                && mayLeave(session, full, nowNanos)) {
            segment.sequenceNumber(snd.nxt()).payload(queue, snd.nxt() - queue.baseSequence(), full);
            sendFilled(session, segment, nowNanos, out);
        }
    }

    /** How many bytes the next new segment has, 0 for FIN alone, -1 when nothing may go. */
    private static int nextLength(Session session, int unsent, boolean small, long nowNanos) {
        SendSpace snd = session.snd;
        int full = fullSegment(session);
        if (unsent == 0 && !snd.isFinQueued()) {
            return -1;
        }
        int wanted = Math.min(unsent, full);
        long usable = usableWindow(snd);
        int length = (int) Math.min(wanted, usable);
        if (length == 0 && (unsent > 0 || usable == 0)) {
            return -1;
        }
        // RFC 9293 3.8.6.2.1: (1) a full segment; RFC 896, and (2) all that is queued, (3) half of the largest window
        // seen
        boolean mayBeSmall = session.config.noDelay || snd.nxt() == snd.una() || snd.isFinQueued();
        boolean worthwhile = length == full || small || length == 0
                || mayBeSmall && (length == unsent || 2L * length >= snd.maxWnd());
        return worthwhile && mayLeave(session, Math.max(1, wanted), nowNanos) ? length : -1;
    }

    /**
     * Bytes of text in the longest segment, probes of the path apart. RFC 6691 section 2: options that not every
     * segment has take of SMSS; while bytes are held ahead of a hole each tells of them.
     */
    private static int fullSegment(Session session) {
        int smss = session.smss();
        return smss - SegmentWriter.sackBytes(blocksWithin(session, smss / SHARE_OF_BLOCKS));
    }

    /** How many SACK blocks a segment of the stream repeats that leaves so many bytes to them. */
    private static int blocksWithin(Session session, int bytes) {
        int most = Math.min(session.sackBlocks.size(), mostBlocks(session.timestamps.isOn()));
        while (most > 0 && SegmentWriter.sackBytes(most) > bytes) {
            most--;
        }
        return most;
    }

    /** RFC 2018 section 3: four fit the header, three beside the timestamps. */
    private static int mostBlocks(boolean timestamps) {
        return Segment.MAX_SACK_BLOCKS - (timestamps ? 1 : 0);
    }

    private static Segment sendNext(Session session, int length, boolean fin, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        Segment segment = fillStream(session, snd.nxt(), length, fin, nowNanos, out);
        if (fin) {
            snd.finSent();
        }
        sendFilled(session, segment, nowNanos, out);
        return segment;
    }

    /** Sends the segment at SND.NXT, which is new. */
    private static void sendFilled(Session session, Segment segment, long nowNanos, SegmentOutput out) {
        SendSpace snd = session.snd;
        int start = segment.sequenceNumber();
        int end = segment.sequenceEnd();
        int inFlight = session.inFlight();
        session.congestion().onSent(nowNanos, inFlight, session.rate.isAppLimited());
        int record = session.flight.sent(start, end, nowNanos, segment.timestampValue());
        PathProber.sent(session, record, segment.payloadLength(), nowNanos);
        snd.nxt(end);
        left(session, record, end - start, inFlight == 0, nowNanos);
        finish(session, false, nowNanos, out);
    }

    /** What everyone who counts transmissions has to know. */
    private static void left(Session session, int record, int bytes, boolean alone, long nowNanos) {
        session.rate.onSent(session.flight, record, alone, nowNanos);
        if (session.recovery.isFast()) {
            session.recovery.rate().onSent(bytes);
        }
        if (session.isPaced()) {
            session.pacer.onSent(bytes);
        }
    }

    /**
     * A segment of the stream, PSH on the one that empties the send queue. RFC 2018 section 4: it acknowledges, so it
     * tells what is held, where it has room; what was cut before anything was held, and is sent again, has none.
     */
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
        Segment segment = fill(session, flags, start, nowNanos, out)
                .payload(queue, start - queue.baseSequence(), length);
        session.sackBlocks.repeatOn(segment, blocksWithin(session, PathProber.resendBytes(session) - length));
        return segment;
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
        session.lastSentNanos = nowNanos;
        // RFC 6298 5.1
        if (!session.timers.isSet(TimerKind.RETRANSMIT)) {
            session.timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
        }
        out.send(session, retransmission, nowNanos);
    }

    private static void sendAck(Session session, int sequence, long nowNanos, SegmentOutput out) {
        Segment ack = fill(session, SegmentFlags.ACK, sequence, nowNanos, out);
        if (session.isSackPermitted()) {
            session.sackBlocks.writeTo(ack, mostBlocks(ack.hasTimestamps()));
        }
        out.send(session, false, nowNanos);
    }

    /** RFC 9293 3.8.6.1: a segment left of the peer's window, as Linux sends it, makes the peer say its window. */
    private static void sendProbe(Session session, long nowNanos, SegmentOutput out) {
        session.counters.note(Incident.WINDOW_PROBE);
        sendAck(session, session.snd.una() - 1, nowNanos, out);
    }

    /** What waits for the peer's window while nothing is in flight is watched by the persist timer. */
    private static void armPersist(Session session, long nowNanos) {
        SendSpace snd = session.snd;
        boolean waiting = session.flight.isEmpty()
                && (session.sendQueue.bytes() > 0 || snd.owesFin());
        if (!waiting) {
            session.timers.stop(TimerKind.PERSIST);
        } else if (!session.timers.isSet(TimerKind.PERSIST)) {
            session.timers.set(TimerKind.PERSIST, nowNanos + session.rtt.backedOff(session.persistBackoffs));
        }
    }

    private static long usableWindow(SendSpace snd) {
        return Math.max(0, snd.wnd() - snd.flightSize());
    }
}
