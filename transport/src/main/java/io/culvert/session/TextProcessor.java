/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

import io.culvert.observe.Incident;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SequenceNumber;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;

/** What text and FIN do: RFC 9293 3.10.7.4 "seventh" and "eighth". */
public final class TextProcessor {
    /**
     * What comes ahead of a hole takes up to so many times the bytes of the receive window; full segments, gathered as
     * they are, never need more. A segment past it is left to be sent again: nothing held is given up for it.
     */
    private static final long MEMORY_PER_BYTE = 2;

    private TextProcessor() {
    }

    /** Processes payload and FIN of an admitted segment. */
    public static void process(Session session, Segment segment, long nowNanos) {
        ReceiveSpace rcv = session.rcv;
        if (segment.has(SegmentFlags.FIN)) {
            int finSequence = segment.sequenceEnd() - 1;
            // a FIN needs no room in the buffer: it may follow the last byte that the window takes
            if (greaterOrEqual(finSequence, rcv.nxt()) && lessOrEqual(finSequence, rcv.rightEdge())) {
                takeFin(session, segment, finSequence);
            }
            session.acks.ackNow();
        }
        if (segment.payloadLength() > 0 && !takeText(session, segment, nowNanos)) {
            return;
        }
        if (rcv.isFinNext()) {
            rcv.nxt(rcv.nxt() + 1);
            rcv.finReceived();
            session.sackBlocks.advance(rcv.nxt());
            session.facts.note(ConnectionEvent.FIN);
            session.acks.ackNow();
        }
    }

    private static void takeFin(Session session, Segment segment, int finSequence) {
        boolean again = session.rcv.isFinAheadAt(finSequence);
        session.rcv.finAt(finSequence);
        session.reassembly.cutAt(finSequence);
        session.sackBlocks.cutAt(finSequence + 1);
        // a FIN takes a sequence number, held like a byte of text; with text before it, it is told with that
        if (session.isSackPermitted() && segment.payloadLength() == 0 && session.rcv.isFinAheadAt(finSequence)
                && greaterThan(finSequence, session.rcv.nxt())) {
            session.sackBlocks.held(session.reassembly.runStart(finSequence), finSequence + 1);
            if (again) {
                session.sackBlocks.duplicate(finSequence, finSequence + 1);
            }
        }
    }

    /**
     * What is outside the window, or was received before, is owed an acknowledgment (RFC 9293 3.10.7.4), which names
     * what of it has come again (RFC 2883).
     *
     * @param probe whether it may be a probe; or the last byte, sent again
     */
    static void answerDuplicate(Session session, Segment segment, boolean probe, long nowNanos) {
        int left = segment.sequenceNumber();
        int right = SequenceNumber.min(segment.sequenceEnd(), session.rcv.nxt());
        boolean again = session.isSackPermitted() && lessThan(left, right);
        boolean told = again && session.sackBlocks.continuesDuplicate(left);
        boolean answered = told || (probe ? session.acks.probed(nowNanos) : session.acks.duplicate(nowNanos));
        if (answered && again) {
            session.sackBlocks.duplicate(left, right);
        }
    }

    /** Takes the payload; false when the session is to be reset for it. */
    private static boolean takeText(Session session, Segment segment, long nowNanos) {
        ReceiveSpace rcv = session.rcv;
        int seq = segment.sequenceNumber();
        int start = SequenceNumber.max(seq, rcv.nxt());
        int end = SequenceNumber.min(seq + segment.payloadLength(), rcv.textLimit());
        end = session.buffers.coverText(end, nowNanos);
        if (lessOrEqual(end, start)) {
            // received before, or behind a closed window
            session.counters.note(Incident.DUPLICATE);
            answerDuplicate(session, segment, false, nowNanos);
            return true;
        }
        if (session.isFullyClosed() && session.snd.isFinAcked()) {
            // RFC 9293 3.6.1, RFC 2525 2.17: nobody is left to read it, and the peer has to know
            session.machine.closeReason(CloseReason.ABORTED);
            session.facts.note(ConnectionEvent.GIVE_UP);
            return false;
        }
        if (greaterThan(start, rcv.nxt())) {
            takeAhead(session, segment, start, end);
        } else {
            takeInOrder(session, segment, start, end, seq, nowNanos);
        }
        return true;
    }

    private static void takeAhead(Session session, Segment segment, int start, int end) {
        ReassemblyQueue reassembly = session.reassembly;
        int again = reassembly.firstHeld(start, end);
        int againEnd = SequenceNumber.min(end, reassembly.runEnd(again));
        int held = again;
        session.counters.note(Incident.OUT_OF_ORDER);
        session.acks.receivedAhead(session.isSackPermitted());
        if (reassembly.memoryBytes() < MEMORY_PER_BYTE * session.rcv.wnd()) {
            reassembly.insert(start, end, segment.payload(), segment.payloadOffset(), session.allocator);
            held = start;
        } else {
            session.counters.note(Incident.OUT_OF_ORDER_DROPPED);
        }
        if (session.isSackPermitted() && lessThan(held, end)) {
            int right = reassembly.runEnd(held);
            session.sackBlocks.held(reassembly.runStart(held), session.rcv.isFinAheadAt(right) ? right + 1 : right);
            if (lessThan(again, againEnd)) {
                session.sackBlocks.duplicate(again, againEnd);
            }
        }
    }

    private static void takeInOrder(Session session, Segment segment, int start, int end, int seq, long nowNanos) {
        ReceiveSpace rcv = session.rcv;
        int bytes = end - start;
        if (start != seq) {
            session.counters.note(Incident.DUPLICATE);
        }
        session.buffers.onText(segment, nowNanos);
        if (session.isSackPermitted()) {
            reportOverlap(session, start, end, seq);
        }
        if (!session.isInputDiscarded()) {
            session.receiveQueue.append(segment.payload(), segment.payloadOffset() + (start - seq), bytes,
                    session.reassembly.gapAt(start), session.allocator, session.owner());
        }
        rcv.nxt(end);
        if (!session.reassembly.isEmpty()) {
            while (session.reassembly.isReady(rcv.nxt())) {
                rcv.nxt(session.reassembly.moveTo(session.receiveQueue, rcv.nxt(), session.allocator));
            }
            session.sackBlocks.advance(rcv.nxt());
            // RFC 5681 4.2: a segment that fills a hole is acknowledged at once
            session.acks.filledHole();
        }
        session.counters.text(rcv.nxt() - start);
        session.acks.received(session, bytes, nowNanos);
    }

    /** RFC 2883 4.2: of a segment that is new in part the first piece that is not is told, and only that. */
    private static void reportOverlap(Session session, int start, int end, int seq) {
        int again = start != seq ? seq : session.reassembly.firstHeld(start, end);
        int againEnd = start != seq ? start : SequenceNumber.min(end, session.reassembly.runEnd(again));
        if (lessThan(again, againEnd)) {
            session.sackBlocks.duplicate(again, againEnd);
        }
    }
}
