/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.segment.MalformedReason;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that the side under test sent and a peer received.
 *
 * @param nanos virtual time of its arrival
 * @param bytes length of the datagram
 * @param malformed why it is no segment, {@code null} if it is one
 * @param flags the control bits
 * @param seq SEG.SEQ, counted from the ISS of the side under test
 * @param ack SEG.ACK, absolute
 * @param win the window field
 * @param windowBytes the window, scaled
 * @param mss the maximum segment size option, 0 when absent
 * @param windowScale the window scale option, -1 when absent
 * @param sackPermitted whether that option is present
 * @param timestamps whether that option is present
 * @param tsVal its TSval
 * @param tsEcr its TSecr
 * @param sackBlocks absolute edges
 * @param payload the payload; not to be changed
 */
public record Received(long nanos, int bytes, MalformedReason malformed, int flags, int seq, int ack, int win,
        long windowBytes, int mss, int windowScale, boolean sackPermitted, boolean timestamps, int tsVal, int tsEcr,
        List<SackBlock> sackBlocks, byte[] payload) {
    private static final int QUOTED_BYTES = 32;

    /** A SACK block: its first sequence number, and the one after it. */
    public record SackBlock(int left, int right) {
        @Override
        public String toString() {
            return Integer.toUnsignedLong(left) + "-" + Integer.toUnsignedLong(right);
        }
    }

    static Received malformed(long nanos, int bytes, MalformedReason reason) {
        return new Received(nanos, bytes, reason, 0, 0, 0, 0, 0, 0, -1, false, false, 0, 0, List.of(), new byte[0]);
    }

    static Received of(Segment segment, long nanos, int bytes, int iss, int scale) {
        List<SackBlock> blocks = new ArrayList<>();
        for (int i = 0; i < segment.sackBlocks(); i++) {
            blocks.add(new SackBlock(segment.sackLeft(i), segment.sackRight(i)));
        }
        byte[] payload = new byte[segment.payloadLength()];
        segment.copyPayloadTo(Unpooled.wrappedBuffer(payload).clear());
        return new Received(nanos, bytes, null, segment.flags(), segment.sequenceNumber() - iss,
                segment.acknowledgmentNumber(), segment.window(),
                (long) segment.window() << (segment.has(SegmentFlags.SYN) ? 0 : scale), segment.mss(),
                segment.windowScale(), segment.sackPermitted(), segment.hasTimestamps(), segment.timestampValue(),
                segment.timestampEcho(), List.copyOf(blocks), payload);
    }

    /** Whether all the given control bits are set. */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** An ACK that takes no sequence number and is no RST. */
    public boolean isPureAck() {
        return malformed == null && flags == SegmentFlags.ACK && payload.length == 0;
    }

    /** SEG.SEQ + SEG.LEN, relative. */
    public int end() {
        return seq + payload.length + (has(SegmentFlags.SYN) ? 1 : 0) + (has(SegmentFlags.FIN) ? 1 : 0);
    }

    static String quote(byte[] payload) {
        for (byte b : payload) {
            if (b < ' ' || b > '~') {
                return "0x" + ByteBufUtil.hexDump(payload, 0, Math.min(QUOTED_BYTES / 2, payload.length)) + "..";
            }
        }
        String text = new String(payload, StandardCharsets.US_ASCII);
        return '"' + (text.length() > QUOTED_BYTES ? text.substring(0, QUOTED_BYTES) + ".." : text) + '"';
    }

    @Override
    public String toString() {
        if (malformed != null) {
            return bytes + " bytes (" + malformed + ")";
        }
        StringBuilder text = new StringBuilder(96).append(SegmentFlags.toString(flags))
                .append(" seq=").append(Integer.toUnsignedLong(seq));
        if (has(SegmentFlags.ACK)) {
            text.append(" ack=").append(Integer.toUnsignedLong(ack));
        }
        if (payload.length > 0) {
            text.append(" len=").append(payload.length).append(' ').append(quote(payload));
        }
        text.append(" win=").append(win);
        if (windowBytes != win) {
            text.append(" window=").append(windowBytes);
        }
        if (mss != 0) {
            text.append(" mss=").append(mss);
        }
        if (windowScale >= 0) {
            text.append(" ws=").append(windowScale);
        }
        if (sackPermitted) {
            text.append(" sackp");
        }
        if (timestamps) {
            text.append(" ts val=").append(Integer.toUnsignedLong(tsVal))
                    .append(" ecr=").append(Integer.toUnsignedLong(tsEcr));
        }
        return text.append(sackBlocks.isEmpty() ? "" : " sack=" + sackBlocks).toString();
    }
}
