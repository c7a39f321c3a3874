/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One datagram of the {@link WireLog}, read as a segment and kept for good.
 *
 * @param sentNanos virtual time at which it was sent
 * @param arrivedNanos virtual time at which it arrived, -1 if it did not (yet)
 * @param from the sender
 * @param to the receiver
 * @param fate what became of it
 * @param flags control bits, see {@link SegmentFlags}
 * @param sequenceNumber SEG.SEQ as on the wire
 * @param acknowledgmentNumber SEG.ACK as on the wire
 * @param window SEG.WND as on the wire, not scaled
 * @param mss the maximum segment size option, 0 if absent
 * @param windowScale the window scale option, -1 if absent
 * @param sackPermitted whether that option is there
 * @param hasTimestamps whether the timestamps option is there
 * @param timestampValue TSval
 * @param timestampEcho TSecr
 * @param sackBlocks the blocks of the SACK option, none if absent
 * @param payload the payload, read-only
 */
public record WireSegment(long sentNanos, long arrivedNanos, InetSocketAddress from, InetSocketAddress to, Fate fate,
        int flags, int sequenceNumber, int acknowledgmentNumber, int window, int mss, int windowScale,
        boolean sackPermitted, boolean hasTimestamps, int timestampValue, int timestampEcho,
        List<SackBlock> sackBlocks, ByteBuffer payload) {
    /**
     * A SACK block.
     *
     * @param left its first sequence number
     * @param right the sequence number after it
     */
    public record SackBlock(int left, int right) {
    }

    static WireSegment of(Datagram datagram, Segment parsed) {
        List<SackBlock> blocks = new ArrayList<>(parsed.sackBlocks());
        for (int i = 0; i < parsed.sackBlocks(); i++) {
            blocks.add(new SackBlock(parsed.sackLeft(i), parsed.sackRight(i)));
        }
        ByteBuffer payload = ByteBuffer.wrap(datagram.bytes(), datagram.length() - parsed.payloadLength(),
                parsed.payloadLength());
        return new WireSegment(datagram.sentNanos(), datagram.arrivedNanos(), datagram.from(), datagram.to(),
                datagram.fate(), parsed.flags(), parsed.sequenceNumber(), parsed.acknowledgmentNumber(),
                parsed.window(), parsed.mss(), parsed.windowScale(), parsed.sackPermitted(),
                parsed.hasTimestamps(), parsed.timestampValue(), parsed.timestampEcho(), List.copyOf(blocks),
                payload.slice().asReadOnlyBuffer());
    }

    /** The payload, read-only, at its beginning. */
    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    /** Whether all the given control bits are set. */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** Bytes of payload. */
    public int payloadLength() {
        return payload.limit();
    }

    /** SEG.LEN: payload bytes, and one each for SYN and FIN. */
    public int sequenceLength() {
        return payloadLength() + (has(SegmentFlags.SYN) ? 1 : 0) + (has(SegmentFlags.FIN) ? 1 : 0);
    }
}
