/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.observe.SessionObserver;
import io.culvert.observe.SessionView;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SequenceNumber;
import io.culvert.state.ConnectionState;
import io.culvert.state.StateMachine;
import java.net.InetSocketAddress;

/** What is left of a session in TIME-WAIT: enough to acknowledge a FIN again and to judge a new SYN. */
public final class TimeWait implements SessionView {
    /** RFC 6191 and RFC 9293 3.6.1: the new ISS lies beyond anything the old session can have sent. */
    private static final int ISS_GAP = 65537;
    /**
     * How long nothing must have been sent before the application may open the same four-tuple again: the least RTO of
     * RFC 6298 (2.4), after which a peer that has missed our last ACK sends its FIN again. As Linux
     * (tcp_tw_reuse_delay).
     */
    private static final long LEAST_QUIET_NANOS = 1_000_000_000L;

    /** What a segment in TIME-WAIT is owed. */
    public enum Answer {
        /** Nothing. */
        NONE,
        /** An acknowledgment. */
        ACKNOWLEDGE,
        /** An acknowledgment, and 2 MSL start again. */
        ACKNOWLEDGE_AND_RESTART,
        /** It is a connection request that may reopen the session. */
        REOPEN
    }

    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final StateMachine machine;
    private final SessionObserver observer;
    private final Timestamps timestamps;
    private final RateLimit acks = new RateLimit(AckPolicy.DUPLICATE_ACKS_PER_SECOND);
    private final int iss;
    private final int irs;
    private final int sndNxt;
    private final int rcvNxt;
    private final int windowField;
    private final long mslNanos;
    private final long rtoNanos;
    private long deadlineNanos;
    private long lastSentNanos;

    /** Takes over from a session that has just entered TIME-WAIT. */
    public TimeWait(Session session, long nowNanos) {
        local = session.localAddress();
        remote = session.remoteAddress();
        machine = session.machine;
        observer = session.config.observer;
        timestamps = session.timestamps;
        iss = session.snd.iss();
        irs = session.rcv.irs();
        sndNxt = session.snd.nxt();
        rcvNxt = session.rcv.nxt();
        windowField = Math.min(65535, session.rcv.wnd() >> session.rcv.scale());
        mslNanos = session.config.mslNanos;
        // the peer's RTO is about ours
        rtoNanos = session.rtt.rtoNanos();
        lastSentNanos = nowNanos;
        restart(nowNanos);
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public ConnectionState state() {
        return machine.state();
    }

    @Override
    public int iss() {
        return iss;
    }

    @Override
    public int irs() {
        return irs;
    }

    /** The state machine, shared with the session it came from. */
    public StateMachine machine() {
        return machine;
    }

    /** Who watches. */
    public SessionObserver observer() {
        return observer;
    }

    /** When 2 MSL are over. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** Starts 2 MSL again. */
    public void restart(long nowNanos) {
        deadlineNanos = nowNanos + 2 * mslNanos;
    }

    /** The ISS of a session that reopens this one: the one that the clock gives, or the least that lies far enough. */
    public int issBeyond(int clockIss) {
        int least = sndNxt + ISS_GAP;
        return SequenceNumber.lessThan(clockIss, least) ? least : clockIss;
    }

    /** Whether both sides stamped their segments, without which the application may not reopen the session. */
    public boolean isStamped() {
        return timestamps.isOn();
    }

    /**
     * From when on the application may open the four-tuple again, provided that the session is stamped, the new one
     * offers timestamps and its clock is this one's. RFC 7323 B.2 names what TIME-WAIT is for: a peer that has missed
     * our last ACK would have sent its FIN again by then; and with at least one tick of our clock since the last
     * segment, PAWS refuses every old duplicate at the peer.
     */
    public long reopenableNanos() {
        return lastSentNanos + Math.max(LEAST_QUIET_NANOS, rtoNanos);
    }

    /**
     * The same where a socket is wanted and there is no other. A peer whose timeout has the least of RFC 6298 (2.4) and
     * not, as ours, that of Linux may then be in LAST-ACK yet: if a session takes the four-tuple over it hears what it
     * missed when it challenges the SYN.
     */
    public long reopenableInNeedNanos() {
        return lastSentNanos + rtoNanos;
    }

    /** Whether the peer has not heard of our last ACK: its FIN again, or how LAST-ACK answers a SYN (RFC 5961 4). */
    boolean isOwedLastAck(Segment segment) {
        return !segment.has(SegmentFlags.SYN) && segment.acknowledgmentNumber() == sndNxt
                && segment.sequenceEnd() == rcvNxt;
    }

    /** RFC 7323 5.3 R1, across incarnations: whether the segment is older than what came before TIME-WAIT. */
    boolean isOld(Segment segment, long nowNanos) {
        return timestamps.isOn() && timestamps.isOld(segment, nowNanos);
    }

    /** RFC 9293 3.10.7.4 for TIME-WAIT, with RFC 6191 and RFC 1337. */
    public Answer onSegment(Segment segment, long nowNanos) {
        // RFC 1337 section 3, fix (F1): a reset does not cut TIME-WAIT short
        if (segment.has(SegmentFlags.RST)) {
            return Answer.NONE;
        }
        if (segment.has(SegmentFlags.SYN) && !segment.has(SegmentFlags.ACK) && !segment.has(SegmentFlags.FIN)
                && mayReopen(segment)) {
            return Answer.REOPEN;
        }
        // the acknowledgment that both sides expect asks for nothing
        if (segment.sequenceLength() == 0 && segment.sequenceNumber() == rcvNxt) {
            return Answer.NONE;
        }
        if (!acks.allows(nowNanos)) {
            return Answer.NONE;
        }
        return segment.has(SegmentFlags.FIN) && segment.sequenceEnd() == rcvNxt
                ? Answer.ACKNOWLEDGE_AND_RESTART : Answer.ACKNOWLEDGE;
    }

    /** RFC 6191 section 2: a larger timestamp, or with an equal or no timestamp a larger sequence number. */
    private boolean mayReopen(Segment syn) {
        if (timestamps.isOn() && syn.hasTimestamps() && syn.timestampValue() != timestamps.recent()) {
            return SequenceNumber.greaterThan(syn.timestampValue(), timestamps.recent());
        }
        return SequenceNumber.greaterThan(syn.sequenceNumber(), rcvNxt);
    }

    /** Fills the acknowledgment. */
    public void fillAck(Segment ack, long nowNanos) {
        lastSentNanos = nowNanos;
        ack.flags(SegmentFlags.ACK).sequenceNumber(sndNxt).acknowledgmentNumber(rcvNxt).window(windowField);
        if (timestamps.isOn()) {
            timestamps.stamp(ack, nowNanos);
        }
    }
}
