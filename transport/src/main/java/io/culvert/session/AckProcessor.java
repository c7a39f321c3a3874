/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.lessOrEqual;

import io.culvert.recovery.FlightLog;
import io.culvert.recovery.SackScoreboard;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionEvent;

/** What an acknowledgment does: RFC 9293 3.10.7.4 "fifth", RFC 6298 section 5, RFC 2018 section 5. */
public final class AckProcessor {
    private static final long LEAST_RENEGING_DELAY_NANOS = 10_000_000L;

    private final RecoveryProcessor recovery;

    /**
     * For the sessions of a carrier.
     *
     * @param recovery hears what the acknowledgments tell of the flight
     */
    public AckProcessor(RecoveryProcessor recovery) {
        this.recovery = recovery;
    }

    /** Processes the acknowledgment, the SACK blocks and the window of an admitted segment. */
    public void process(Session session, Segment segment, long nowNanos) {
        SendSpace snd = session.snd;
        int ack = segment.acknowledgmentNumber();
        boolean newAck = snd.isNewAck(ack);
        long window = (long) segment.window() << snd.scale();
        if (!snd.isSynAcked()) {
            if (newAck) {
                // our SYN,ACK is acknowledged: the handshake is over
                takeHandshakeAck(session, segment, nowNanos);
                session.facts.note(ConnectionEvent.SYN_ACKED);
            }
        } else {
            takeAck(session, segment, newAck, isDuplicate(session, segment, window), nowNanos);
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

    /** The acknowledgment of our SYN, or SYN,ACK: takes its round trip, and the session becomes ESTABLISHED. */
    static void takeHandshakeAck(Session session, Segment segment, long nowNanos) {
        FlightLog flight = session.flight;
        long rttNanos = -1;
        if (!flight.isEmpty()) {
            int syn = flight.first();
            boolean measures = !flight.isRetransmitted(syn)
                    || isEchoed(session, segment) && segment.timestampEcho() == flight.timestampOf(syn);
            rttNanos = measures ? nowNanos - flight.sentNanosOf(syn) : -1;
            flight.removeFirst();
        }
        if (rttNanos >= 0) {
            session.rtt.sample(rttNanos);
            session.counters.roundTrip(rttNanos);
        }
        advance(session, segment.acknowledgmentNumber(), nowNanos);
        Handshake.open(session);
    }

    private static boolean isEchoed(Session session, Segment segment) {
        return session.timestamps.isOn() && segment.hasTimestamps();
    }

    /** Moves SND.UNA and releases what is acknowledged. */
    private static void advance(Session session, int acknowledgment, long nowNanos) {
        SendSpace snd = session.snd;
        int ack = acknowledgment;
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
    }

    private void takeAck(Session session, Segment segment, boolean newAck, boolean duplicate, long nowNanos) {
        boolean echoed = isEchoed(session, segment);
        recovery.begin(session, echoed, segment.timestampEcho(), nowNanos);
        if (newAck) {
            acknowledge(session, segment.acknowledgmentNumber(), echoed, segment.timestampEcho(), nowNanos);
            advance(session, segment.acknowledgmentNumber(), nowNanos);
        }
        if (session.isSackPermitted()) {
            recovery.takeBlocks(segment);
        }
        if (!newAck) {
            PathProber.unmoved(session);
        }
        recovery.finish(newAck, duplicate && segment.sackBlocks() == 0);
        if (newAck && SackScoreboard.isReneged(session.flight)) {
            // as Linux: not at once, for the segments that fill the hole may still be on their way
            long delay = Math.max(session.rtt.smoothedNanos() / 2, LEAST_RENEGING_DELAY_NANOS);
            session.timers.set(TimerKind.RETRANSMIT, nowNanos + delay);
        }
        Timeouts.armTailLossProbe(session, newAck, nowNanos);
    }

    /** Takes what a cumulative acknowledgment covers out of the flight, and the round trip that it measures. */
    private void acknowledge(Session session, int ack, boolean echoed, int echo, long nowNanos) {
        FlightLog flight = session.flight;
        long rttNanos = -1;
        long echoedNanos = -1;
        boolean ambiguous = false;
        while (!flight.isEmpty() && lessOrEqual(flight.endOf(flight.first()), ack)) {
            int record = flight.first();
            if (!flight.isSacked(record)) {
                long nanos = nowNanos - flight.sentNanosOf(record);
                // RFC 6298 section 3, Karn: a retransmitted segment measures nothing unless the timestamp tells; nor
                // does what waited at the peer behind the hole that a retransmission has filled
                if (flight.isRetransmitted(record)) {
                    ambiguous = true;
                    if (echoed && echo == flight.timestampOf(record)) {
                        echoedNanos = nanos;
                    }
                } else if (!flight.isLost(record)) {
                    rttNanos = nanos;
                }
                recovery.delivered(record);
            }
            flight.removeFirst();
        }
        recovery.deliveredPart(flight.trimFirst(ack));
        long measured = ambiguous ? echoedNanos : rttNanos;
        if (measured >= 0) {
            recovery.sampled(measured);
        }
    }

    /** RFC 5681 section 2: the conditions of a duplicate acknowledgment but (a), that something is outstanding. */
    private static boolean isDuplicate(Session session, Segment segment, long window) {
        SendSpace snd = session.snd;
        return segment.payloadLength() == 0
                && !segment.has(SegmentFlags.FIN)
                && segment.acknowledgmentNumber() == snd.una()
                && window == snd.wnd();
    }
}
