/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.lessOrEqual;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionState;

/**
 * Header prediction (V. Jacobson, "4BSD TCP Header Prediction", 1990), for the side that receives a stream: nearly
 * every segment is the next text of an open session and tells nothing else. What is found to be that passes every check
 * of {@link SegmentGate} and would find nothing to do in {@link AckProcessor}. Anything else takes the whole way.
 */
public final class HeaderPrediction {
    private HeaderPrediction() {
    }

    /**
     * Whether the segment is the text expected next and acknowledges nothing new while nothing is in flight: then its
     * timestamp and its window are taken, and only its text is left to be processed.
     */
    public static boolean holds(Session session, Segment segment, long nowNanos) {
        SendSpace snd = session.snd;
        ReceiveSpace rcv = session.rcv;
        int seq = segment.sequenceNumber();
        if ((segment.flags() & ~SegmentFlags.PSH) != SegmentFlags.ACK
                || segment.payloadLength() == 0
                || seq != rcv.nxt()
                || segment.acknowledgmentNumber() != snd.una()
                || segment.sackBlocks() > 0
                || !session.flight.isEmpty()
                || !session.reassembly.isEmpty()
                || session.state() != ConnectionState.ESTABLISHED
                || !session.isSackPermitted()
                || segment.window() == 0 || snd.wnd() == 0
                || !lessOrEqual(segment.sequenceEnd(), rcv.textLimit())
                || !session.timestamps.accepts(segment, nowNanos)) {
            return false;
        }
        SegmentGate.taken(session, segment, nowNanos);
        snd.updateWindow((long) segment.window() << snd.scale(), seq, segment.acknowledgmentNumber());
        return true;
    }
}
