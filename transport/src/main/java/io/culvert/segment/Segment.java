/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import io.netty.buffer.ByteBuf;

/**
 * One TCP segment as it travels in a UDP datagram: header fields, options and a view of the payload.
 *
 * <p>A flyweight: one inbound and one outbound instance live per carrier and are refilled for every segment, so a
 * segment is valid during the call that hands it over and never longer. Who keeps bytes copies them or retains a slice.
 * {@link #generation()} changes with every refill, so that a test can prove late use.
 *
 * <p>All numbers are as on the wire, unsigned in a signed {@code int} where they have 32 bits. {@link SegmentFlags#URG}
 * is kept as received, so that it can be counted; nothing else reads it and it is never sent.
 */
public final class Segment {
    /** Most SACK blocks a header has room for. */
    public static final int MAX_SACK_BLOCKS = 4;
    /** Largest shift count of the window scale option (RFC 7323 section 2.3). */
    public static final int MAX_WINDOW_SCALE = 14;

    private int flags;
    private int window;
    private int sequenceNumber;
    private int acknowledgmentNumber;

    private int mss;
    private int windowScale = -1;
    private boolean sackPermitted;
    private boolean timestamps;
    private int timestampValue;
    private int timestampEcho;
    private int sackBlocks;
    private final int[] sackEdges = new int[2 * MAX_SACK_BLOCKS];

    private int payloadLength;
    private int payloadOffset;
    private ByteBuf payload;
    private PayloadSource payloadSource;
    private int generation;

    /** Empties every field, for the next segment. */
    public Segment clear() {
        flags = 0;
        window = 0;
        sequenceNumber = 0;
        acknowledgmentNumber = 0;
        mss = 0;
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        timestampValue = 0;
        timestampEcho = 0;
        sackBlocks = 0;
        payloadLength = 0;
        payloadOffset = 0;
        payload = null;
        payloadSource = null;
        generation++;
        return this;
    }

    /** Counts the refills of this flyweight. */
    public int generation() {
        return generation;
    }

    // ---- header -------------------------------------------------------------------------------------------------

    /** The control bits, see {@link SegmentFlags}. */
    public int flags() {
        return flags;
    }

    /** Sets the control bits. */
    public Segment flags(int flags) {
        this.flags = flags & 0xff;
        return this;
    }

    /** Whether all the given control bits are set. */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** SEG.WND as on the wire, 0 to 65535, not scaled. */
    public int window() {
        return window;
    }

    /** Sets the unscaled window, 0 to 65535. */
    public Segment window(int window) {
        this.window = window & 0xffff;
        return this;
    }

    /** SEG.SEQ. */
    public int sequenceNumber() {
        return sequenceNumber;
    }

    /** Sets SEG.SEQ. */
    public Segment sequenceNumber(int sequenceNumber) {
        this.sequenceNumber = sequenceNumber;
        return this;
    }

    /** SEG.ACK. */
    public int acknowledgmentNumber() {
        return acknowledgmentNumber;
    }

    /** Sets SEG.ACK. */
    public Segment acknowledgmentNumber(int acknowledgmentNumber) {
        this.acknowledgmentNumber = acknowledgmentNumber;
        return this;
    }

    /** SEG.LEN: payload bytes, and one each for SYN and FIN. */
    public int sequenceLength() {
        return payloadLength + (flags & SegmentFlags.FIN) + ((flags & SegmentFlags.SYN) >> 1);
    }

    /** SEG.SEQ + SEG.LEN: the sequence number after this segment. */
    public int sequenceEnd() {
        return sequenceNumber + sequenceLength();
    }

    // ---- options ------------------------------------------------------------------------------------------------

    /** The maximum segment size option in bytes, 0 when absent. */
    public int mss() {
        return mss;
    }

    /** Sets the maximum segment size option, 1 to 65535 bytes, more counts as 65535; 0 leaves it out. */
    public Segment mss(int mss) {
        this.mss = Math.min(mss, 0xffff);
        return this;
    }

    /** The window scale option's shift count, 0 to {@value #MAX_WINDOW_SCALE}; -1 when absent. */
    public int windowScale() {
        return windowScale;
    }

    /** Sets the window scale option's shift count, more counts as {@value #MAX_WINDOW_SCALE}; -1 leaves it out. */
    public Segment windowScale(int windowScale) {
        // RFC 7323 2.3: if a shift.cnt value larger than 14 is received, a TCP MUST use 14 instead
        this.windowScale = Math.min(windowScale, MAX_WINDOW_SCALE);
        return this;
    }

    /** Whether the SACK-permitted option is present. */
    public boolean sackPermitted() {
        return sackPermitted;
    }

    /** Sets or leaves out the SACK-permitted option. */
    public Segment sackPermitted(boolean sackPermitted) {
        this.sackPermitted = sackPermitted;
        return this;
    }

    /** Whether the timestamps option is present. */
    public boolean hasTimestamps() {
        return timestamps;
    }

    /** SEG.TSval; meaningful when {@link #hasTimestamps()}. */
    public int timestampValue() {
        return timestampValue;
    }

    /** SEG.TSecr; meaningful when {@link #hasTimestamps()}. */
    public int timestampEcho() {
        return timestampEcho;
    }

    /** Adds the timestamps option. */
    public Segment timestamps(int value, int echo) {
        timestamps = true;
        timestampValue = value;
        timestampEcho = echo;
        return this;
    }

    /** How many SACK blocks the segment has, 0 to {@value #MAX_SACK_BLOCKS}. */
    public int sackBlocks() {
        return sackBlocks;
    }

    /** The first sequence number of a SACK block. */
    public int sackLeft(int block) {
        return sackEdges[2 * block];
    }

    /** The sequence number after a SACK block. */
    public int sackRight(int block) {
        return sackEdges[2 * block + 1];
    }

    /**
     * Appends a SACK block.
     *
     * @throws IndexOutOfBoundsException if {@value #MAX_SACK_BLOCKS} are there already
     */
    public Segment addSackBlock(int left, int right) {
        sackEdges[2 * sackBlocks] = left;
        sackEdges[2 * sackBlocks + 1] = right;
        sackBlocks++;
        return this;
    }

    // ---- payload ------------------------------------------------------------------------------------------------

    /** Payload bytes. */
    public int payloadLength() {
        return payloadLength;
    }

    /**
     * The datagram an inbound payload lies in, borrowed, with the segment as it came between its indexes; {@code null}
     * on an outbound segment.
     */
    public ByteBuf payload() {
        return payload;
    }

    /** Where an inbound payload starts in {@link #payload()}. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Points at an inbound payload inside a datagram. */
    public Segment payload(ByteBuf buffer, int offset, int length) {
        payload = buffer;
        payloadOffset = offset;
        payloadLength = length;
        payloadSource = null;
        return this;
    }

    /** Names the source an outbound payload is copied from when the datagram is written. */
    public Segment payload(PayloadSource source, int offset, int length) {
        payload = null;
        payloadSource = source;
        payloadOffset = offset;
        payloadLength = length;
        return this;
    }

    /** Appends the payload to a buffer, from wherever it is. */
    public void copyPayloadTo(ByteBuf target) {
        if (payloadLength == 0) {
            return;
        }
        if (payload != null) {
            target.writeBytes(payload, payloadOffset, payloadLength);
        } else {
            payloadSource.copyTo(payloadOffset, payloadLength, target);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(96)
                .append(SegmentFlags.toString(flags))
                .append(" seq=").append(Integer.toUnsignedLong(sequenceNumber))
                .append(" ack=").append(Integer.toUnsignedLong(acknowledgmentNumber))
                .append(" win=").append(window);
        if (payloadLength > 0) {
            text.append(" len=").append(payloadLength);
        }
        if (mss != 0) {
            text.append(" MSS=").append(mss);
        }
        if (windowScale >= 0) {
            text.append(" WS=").append(windowScale);
        }
        if (sackPermitted) {
            text.append(" SACKP");
        }
        if (timestamps) {
            text.append(" TS=").append(Integer.toUnsignedLong(timestampValue)).append(',')
                    .append(Integer.toUnsignedLong(timestampEcho));
        }
        for (int i = 0; i < sackBlocks; i++) {
            text.append(i == 0 ? " SACK " : ",").append(Integer.toUnsignedLong(sackLeft(i))).append('-')
                    .append(Integer.toUnsignedLong(sackRight(i)));
        }
        return text.toString();
    }
}
