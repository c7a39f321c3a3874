/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;

import io.culvert.observe.Incident;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;

/** What SYNs do: LISTEN and SYN-SENT of RFC 9293 3.10.7, and the negotiation of options. */
public final class Handshake {
    /** RFC 6928 section 2. */
    static final int INITIAL_WINDOW_BYTES = 14600;
    private static final int INITIAL_WINDOW_SEGMENTS = 10;

    private Handshake() {
    }

    /** The shift count that lets a window of so many bytes be announced. */
    static int scaleFor(int windowBytes) {
        int scale = 0;
        while (scale < Segment.MAX_WINDOW_SCALE && (0xffffL << scale) < windowBytes) {
            scale++;
        }
        return scale;
    }

    /** RFC 9293 3.10.7.2: a connection request for a session made to answer it. */
    public static void onSynInListen(Session session, Segment segment, long nowNanos) {
        takeSyn(session, segment, nowNanos);
        session.facts.note(ConnectionEvent.SYN);
    }

    /**
     * Rebuilds the half-open session that a SYN cookie stands for, so that the ACK which brought it back opens it.
     *
     * @param syn what the cookie says of the peer's SYN
     */
    public static void restore(Session session, Segment syn, long nowNanos) {
        takeSyn(session, syn, nowNanos);
        session.rcv.announceUnscaled(session.receiveBufferFree());
        session.snd.nxt(session.snd.iss() + 1);
        // the SYN,ACK with the cookie left without a session, and when is forgotten
        session.natKeepalive.sent(nowNanos);
    }

    /** RFC 9293 3.10.7.3. */
    public static void onSegmentInSynSent(Session session, Segment segment, long nowNanos, SegmentOutput out) {
        boolean ack = segment.has(SegmentFlags.ACK);
        // first, check the ACK bit
        if (ack && !session.snd.isNewAck(segment.acknowledgmentNumber())) {
            if (!segment.has(SegmentFlags.RST)) {
                answerOldIncarnation(session, segment, nowNanos, out);
            }
            return;
        }
        // second, check the RST bit
        if (segment.has(SegmentFlags.RST)) {
            if (ack && session.config.rendezvous) {
                // who refuses may be the very peer, before it has begun
                session.counters.note(Incident.SOFT_ERROR);
            } else if (ack) {
                session.machine.closeReason(CloseReason.REFUSED);
                session.facts.note(ConnectionEvent.RST);
            }
            return;
        }
        // fourth, check the SYN bit; SYN with FIN never opens a session
        if (!segment.has(SegmentFlags.SYN) || segment.has(SegmentFlags.FIN)) {
            return;
        }
        // as Linux: TS.Recent of the session in TIME-WAIT goes on, for a SYN that nothing else shows to be new
        if (!ack && session.reopened() != null && session.reopened().isOld(segment, nowNanos)) {
            return;
        }
        session.forgetReopened();
        takeSyn(session, segment, nowNanos);
        if (ack) {
            AckProcessor.takeHandshakeAck(session, segment, nowNanos);
            session.facts.note(ConnectionEvent.SYN_ACK);
        } else {
            session.facts.note(ConnectionEvent.SYN);
        }
    }

    /**
     * The peer still holds a session that we do not know any more (RFC 9293 3.5.1), and has not taken our
     * SYN. A reset ends it; but if we know that it only waits for our last ACK, that ACK does, and its application
     * hears of no failure. As Linux, the SYN follows at once, and no loss is concluded from that.
     */
    private static void answerOldIncarnation(Session session, Segment segment, long nowNanos, SegmentOutput out) {
        TimeWait reopened = session.reopened();
        if (reopened != null && reopened.isOwedLastAck(segment)) {
            reopened.fillAck(out.next(), nowNanos);
            out.send(session, false, nowNanos);
        } else {
            Resets.answer(segment, session, nowNanos, out);
        }
        if (session.maySendSynAtOnce()) {
            session.timers.stop(TimerKind.RETRANSMIT);
            session.outbox.orderSyn();
        }
    }

    /** Takes IRS, the window and the options of the peer's SYN. Data on it is left to come again. */
    private static void takeSyn(Session session, Segment segment, long nowNanos) {
        session.rcv.start(segment.sequenceNumber());
        negotiate(session, segment, nowNanos);
        // RFC 7323 2.2: the window of a SYN is not scaled
        session.snd.updateWindow(segment.window(), segment.sequenceNumber(), segment.acknowledgmentNumber());
    }

    /** An option is on when both sides have sent it. */
    static void negotiate(Session session, Segment segment, long nowNanos) {
        SendSpace snd = session.snd;
        // as Linux, no less than it calls TCP_MIN_SND_MSS: a peer must not have us send byte by byte
        snd.mss(segment.mss() == 0 ? SendSpace.DEFAULT_MSS : Math.max(SendSpace.LEAST_MSS, segment.mss()));
        session.mssOffered(segment.mss() != 0);
        if (session.config.windowScaling && segment.windowScale() >= 0) {
            snd.scale(segment.windowScale());
            session.windowScaled(true);
        } else {
            session.rcv.scale(0);
        }
        if (session.config.timestamps && segment.hasTimestamps()) {
            session.timestamps.turnOn(segment.timestampValue(), nowNanos);
        }
        session.sackPermitted(session.config.sack && segment.sackPermitted());
    }

    /** The session becomes ESTABLISHED: the segment size and the initial window are known. */
    static void open(Session session) {
        PathProber.open(session);
        makeController(session);
        if (session.synRetransmissions > 0) {
            session.rtt.synWasRetransmitted();
        }
        session.retries = 0;
    }

    /** Makes the congestion controller that is set. */
    static void makeController(Session session) {
        int smss = session.smss();
        // RFC 6928 section 2; one segment after a lost SYN or SYN,ACK
        long window = session.synRetransmissions > 0
                ? smss
                : Math.min((long) INITIAL_WINDOW_SEGMENTS * smss, Math.max(2L * smss, INITIAL_WINDOW_BYTES));
        session.congestion(session.config.congestionControl.create(smss, window));
    }

    /** Fills the SYN,ACK of a session that is not kept. */
    public static void fillSynAck(Session session, Segment syn, long nowNanos) {
        fillSyn(session, syn, true, nowNanos);
    }

    /** Fills SYN, or SYN,ACK once the peer's SYN is here: then with no option that it did not offer. */
    static void fillSyn(Session session, Segment syn, boolean answer, long nowNanos) {
        SessionConfig config = session.config;
        syn.flags(SegmentFlags.SYN | (answer ? SegmentFlags.ACK : 0))
                .sequenceNumber(session.snd.iss())
                .acknowledgmentNumber(answer ? session.rcv.nxt() : 0)
                .window(session.rcv.announceUnscaled(session.receiveBufferFree()));
        if (!answer || session.isMssOffered()) {
            int mss = session.path.announcedMss();
            syn.mss(config.maxSegmentBytes > 0 ? Math.min(mss, config.maxSegmentBytes) : mss);
        }
        if (answer ? session.timestamps.isOn() : config.timestamps) {
            session.timestamps.stamp(syn, nowNanos);
        }
        syn.sackPermitted(answer ? session.isSackPermitted() : config.sack);
        if (answer ? session.isWindowScaled() : config.windowScaling) {
            syn.windowScale(session.rcv.scale());
        }
    }

    /** Whether the segment is the connection request that made this half-open session, sent again. */
    static boolean isSameSyn(Session session, Segment segment) {
        return segment.has(SegmentFlags.SYN) && !segment.has(SegmentFlags.ACK)
                && segment.sequenceNumber() == session.rcv.irs();
    }

    /** Whether the segment is the SYN,ACK of a simultaneous open: left of the window, and yet let pass. */
    static boolean isCrossingSynAck(Session session, Segment segment) {
        int ack = segment.acknowledgmentNumber();
        return segment.has(SegmentFlags.SYN | SegmentFlags.ACK) && !session.isPassive()
                && segment.sequenceNumber() == session.rcv.irs()
                && greaterThan(ack, session.snd.una()) && lessOrEqual(ack, session.snd.nxt());
    }
}
