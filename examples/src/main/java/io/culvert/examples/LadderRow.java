/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.examples.Ladder.Side;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionState;

/** One row of the ladder: a datagram and what became of it, or a change of state that no datagram caused. */
final class LadderRow {
    /** What became of a datagram. */
    enum Fate { ON_THE_WAY, RECEIVED, LOST }

    final long nanos;
    /** The sender; of a change without a datagram the side that changed. */
    final Side side;
    /** Text of a row without a datagram, otherwise {@code null}. */
    final String note;
    Fate fate = Fate.ON_THE_WAY;
    ConnectionState sideState;
    ConnectionState peerState;

    int flags;
    int window;
    int sequenceNumber;
    int acknowledgmentNumber;
    int relativeSequence;
    int relativeAcknowledgment;
    int payloadLength;
    boolean retransmission;
    private int timestampValue;

    private LadderRow(long nanos, Side side, String note, ConnectionState sideState, ConnectionState peerState) {
        this.nanos = nanos;
        this.side = side;
        this.note = note;
        this.sideState = sideState;
        this.peerState = peerState;
    }

    static LadderRow note(long nanos, Side side, String note, ConnectionState sideState, ConnectionState peerState) {
        LadderRow row = new LadderRow(nanos, side, note, sideState, peerState);
        row.fate = Fate.RECEIVED;
        return row;
    }

    /** A copy of what the flyweight says. */
    static LadderRow datagram(long nanos, Side sender, Segment segment, ConnectionState senderState,
            ConnectionState receiverState) {
        LadderRow row = new LadderRow(nanos, sender, null, senderState, receiverState);
        row.flags = segment.flags();
        row.window = segment.window();
        row.sequenceNumber = segment.sequenceNumber();
        row.acknowledgmentNumber = segment.acknowledgmentNumber();
        row.payloadLength = segment.payloadLength();
        row.timestampValue = segment.timestampValue();
        return row;
    }

    boolean isDatagram() {
        return note == null;
    }

    boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** SYN, FIN or RST: a segment that a change of state sends. */
    boolean isControl() {
        return (flags & (SegmentFlags.SYN | SegmentFlags.FIN | SegmentFlags.RST)) != 0;
    }

    /** Whether this is the datagram with that segment. */
    boolean carries(Segment segment) {
        return flags == segment.flags() && window == segment.window()
                && sequenceNumber == segment.sequenceNumber()
                && acknowledgmentNumber == segment.acknowledgmentNumber()
                && payloadLength == segment.payloadLength()
                && timestampValue == segment.timestampValue();
    }
}
