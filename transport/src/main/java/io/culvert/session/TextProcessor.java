/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SequenceNumber;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;

/** What text and FIN do: RFC 9293 3.10.7.4 "seventh" and "eighth". */
public final class TextProcessor {
    private TextProcessor() {
    }

    /** Processes payload and FIN of an admitted segment. */
    public static void process(Session session, Segment segment, long nowNanos) {
        ReceiveSpace rcv = session.rcv;
        if (segment.has(SegmentFlags.FIN)) {
            int finSequence = segment.sequenceEnd() - 1;
            // a FIN needs no room in the buffer: it may follow the last byte that the window takes
            if (greaterOrEqual(finSequence, rcv.nxt()) && lessOrEqual(finSequence, rcv.rightEdge())) {
                rcv.finAt(finSequence);
                session.reassembly.cutAt(finSequence);
            }
            session.acks.ackNow();
        }
        if (segment.payloadLength() > 0 && !takeText(session, segment, nowNanos)) {
            return;
        }
        if (rcv.isFinNext()) {
            rcv.nxt(rcv.nxt() + 1);
            rcv.finReceived();
            session.facts.note(ConnectionEvent.FIN);
            session.acks.ackNow();
        }
    }

    /** Takes the payload; false when the session is to be reset for it. */
    private static boolean takeText(Session session, Segment segment, long nowNanos) {
        ReceiveSpace rcv = session.rcv;
        int seq = segment.sequenceNumber();
        int start = SequenceNumber.max(seq, rcv.nxt());
        int end = SequenceNumber.min(seq + segment.payloadLength(), rcv.textLimit());
        if (lessOrEqual(end, start)) {
            // received before, or behind a closed window: RFC 9293 3.10.7.4 owes it an acknowledgment
            session.counters.duplicatesReceived++;
            session.acks.duplicate(nowNanos);
            return true;
        }
        if (session.isFullyClosed() && session.snd.isFinAcked()) {
            // RFC 9293 3.6.1, RFC 2525 2.17: nobody is left to read it, and the peer has to know
            session.machine.closeReason(CloseReason.ABORTED);
            session.facts.note(ConnectionEvent.GIVE_UP);
            return false;
        }
        if (greaterThan(start, rcv.nxt())) {
            takeAhead(session, segment, start, end, seq);
        } else {
            takeInOrder(session, segment, start, end, seq, nowNanos);
        }
        return true;
    }

    private static void takeAhead(Session session, Segment segment, int start, int end, int seq) {
        session.counters.outOfOrderReceived++;
        if (!session.isInputDiscarded()) {
            session.reassembly.insert(start, end, segment.payload(), segment.payloadOffset() + (start - seq),
                    session.allocator);
        }
        session.acks.receivedAhead();
    }

    private static void takeInOrder(Session session, Segment segment, int start, int end, int seq, long nowNanos) {
        ReceiveSpace rcv = session.rcv;
        int bytes = end - start;
        if (start != seq) {
            session.counters.duplicatesReceived++;
        }
        boolean kept = !session.isInputDiscarded();
        if (kept) {
            session.receiveQueue.append(segment.payload(), segment.payloadOffset() + (start - seq), bytes,
                    session.allocator);
        }
        rcv.nxt(end);
        if (kept && !session.reassembly.isEmpty()) {
            rcv.nxt(session.reassembly.drainTo(session.receiveQueue, end, session.allocator));
            // RFC 5681 4.2: a segment that fills a hole is acknowledged at once
            session.acks.ackNow();
        }
        session.counters.bytesReceived += rcv.nxt() - start;
        session.acks.received(session, bytes, nowNanos);
    }
}
