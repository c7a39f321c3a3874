/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.congestion.CongestionController;
import io.culvert.recovery.NewRenoRecovery;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionEvent;

/** What an acknowledgment does: RFC 9293 3.10.7.4 "fifth", RFC 6298 section 5, RFC 5681 section 3. */
public final class AckProcessor {
    private AckProcessor() {
    }

    /** Processes the acknowledgment and the window of an admitted segment. */
    public static void process(Session session, Segment segment, long nowNanos) {
        SendSpace snd = session.snd;
        int ack = segment.acknowledgmentNumber();
        boolean synWasAcked = snd.isSynAcked();
        boolean newAck = snd.isNewAck(ack);
        long window = (long) segment.window() << snd.scale();
        if (newAck) {
            int pipe = session.flight.pipe();
            long acked = takeAck(session, segment, nowNanos);
            if (!synWasAcked) {
                // our SYN,ACK is acknowledged: the handshake is over
                Handshake.open(session);
                session.facts.note(ConnectionEvent.SYN_ACKED);
            } else {
                onNewAck(session, acked, pipe, nowNanos);
            }
        } else if (isDuplicate(session, segment, window)) {
            onDuplicate(session, nowNanos);
        }
        if (snd.wnd() == 0) {
            // RFC 9293 3.8.6.1: a peer that answers keeps the session, however long its window stays closed
            session.retries = 0;
        }
        // RFC 9293 3.10.7.4, SND.UNA =< SEG.ACK; and as in Linux every new acknowledgment brings its window along, also
        // with the old SEG.SEQ of a retransmission: SND.UNA + SND.WND would else move beyond what the peer has offered
        if (newAck || ack == snd.una() && snd.isWindowNews(segment.sequenceNumber(), ack)) {
            updateWindow(session, segment, window);
        }
    }

    private static void updateWindow(Session session, Segment segment, long window) {
        boolean wasClosed = session.snd.wnd() == 0;
        session.snd.updateWindow(window, segment.sequenceNumber(), segment.acknowledgmentNumber());
        if (wasClosed && window > 0) {
            session.persistBackoffs = 0;
            session.timers.stop(TimerKind.PERSIST);
        }
    }

    /**
     * Moves SND.UNA, takes the round trip and releases what is acknowledged.
     *
     * @return bytes of sequence space newly acknowledged
     */
    static long takeAck(Session session, Segment segment, long nowNanos) {
        SendSpace snd = session.snd;
        int ack = segment.acknowledgmentNumber();
        int acked = ack - snd.una();
        boolean echo = session.timestamps.isOn() && segment.hasTimestamps();
        long rttNanos = session.flight.acknowledge(ack, echo, segment.timestampEcho(), nowNanos);
        if (rttNanos >= 0) {
            session.rtt.sample(rttNanos);
        }
        session.retries = 0;
        snd.una(ack);
        int streamEnd = session.sendQueue.endSequence();
        if (snd.isFinSent() && !snd.isFinAcked() && ack == streamEnd + 1) {
            snd.finAcked();
            session.facts.note(ConnectionEvent.FIN_ACKED);
            ack = streamEnd;
        }
        session.sendQueue.releaseTo(ack);
        session.inbox.noteAcknowledged();
        // RFC 6298 5.2 and 5.3
        if (session.flight.isEmpty()) {
            session.timers.stop(TimerKind.RETRANSMIT);
        } else {
            session.timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
        }
        return acked;
    }

    private static void onNewAck(Session session, long acked, int pipeBefore, long nowNanos) {
        SendSpace snd = session.snd;
        CongestionController congestion = session.congestion();
        NewRenoRecovery.Step step = session.recovery.onNewAck(snd.una(), acked, session.smss());
        if (step == NewRenoRecovery.Step.RETRANSMIT) {
            retransmitFirst(session);
        } else if (step == NewRenoRecovery.Step.EXIT) {
            congestion.onRecoveryExit(nowNanos, snd.flightSize());
        } else {
            boolean limited = session.cwndLimited || 2L * pipeBefore >= congestion.congestionWindow();
            AckEvent event = new AckEvent();
            event.nowNanos = nowNanos;
            event.newlyAckedBytes = acked;
            event.cwndLimited = limited;
            congestion.onAcknowledged(event);
        }
    }

    /** RFC 5681 section 2: the five conditions of a duplicate acknowledgment. */
    private static boolean isDuplicate(Session session, Segment segment, long window) {
        SendSpace snd = session.snd;
        return !session.flight.isEmpty()
                && segment.payloadLength() == 0
                && !segment.has(SegmentFlags.FIN)
                && segment.acknowledgmentNumber() == snd.una()
                && window == snd.wnd();
    }

    private static void onDuplicate(Session session, long nowNanos) {
        SendSpace snd = session.snd;
        if (snd.isSynAcked() && session.recovery.onDuplicateAck(snd.una(), snd.nxt(), session.smss())
                == NewRenoRecovery.Step.ENTER) {
            session.counters.fastRetransmissions++;
            session.congestion().onCongestionEvent(nowNanos, snd.flightSize());
            retransmitFirst(session);
        }
    }

    private static void retransmitFirst(Session session) {
        if (!session.flight.isEmpty()) {
            session.flight.markLost(0);
            session.outbox.orderRetransmitFirst();
        }
    }
}
