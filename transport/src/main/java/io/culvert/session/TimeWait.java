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
    private long deadlineNanos;

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

    /** The least ISS of a session that reopens this one. */
    public int issFloor() {
        return sndNxt + ISS_GAP;
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
        ack.flags(SegmentFlags.ACK).sequenceNumber(sndNxt).acknowledgmentNumber(rcvNxt).window(windowField);
        if (timestamps.isOn()) {
            timestamps.stamp(ack, nowNanos);
        }
    }
}
