/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;

/** The sequence numbers of resets (RFC 9293 3.5.2 and 3.10.7.1). */
public final class Resets {
    private Resets() {
    }

    /** Answers a segment that belongs to no session, or acknowledges what was never sent. Never answers a reset. */
    static void answer(Segment segment, Session session, long nowNanos, SegmentOutput out) {
        int flags = segment.flags();
        int ack = segment.acknowledgmentNumber();
        int end = segment.sequenceEnd();
        fillAnswer(out.next(), flags, ack, end);
        out.send(session, false, nowNanos);
    }

    /** RFC 9293 3.10.7.1: the reset that answers a segment with these fields. */
    public static void fillAnswer(Segment reset, int flags, int ack, int sequenceEnd) {
        if ((flags & SegmentFlags.ACK) != 0) {
            reset.flags(SegmentFlags.RST).sequenceNumber(ack);
        } else {
            reset.flags(SegmentFlags.RST | SegmentFlags.ACK).acknowledgmentNumber(sequenceEnd);
        }
    }

    /** RFC 9293 3.10.5: the reset of an abort, at SND.NXT. */
    static void fillAbort(Session session, Segment reset, long nowNanos) {
        reset.flags(SegmentFlags.RST | SegmentFlags.ACK)
                .sequenceNumber(session.snd.nxt())
                .acknowledgmentNumber(session.rcv.nxt());
        if (session.timestamps.isOn()) {
            session.timestamps.stamp(reset, nowNanos);
        }
    }
}
