/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.SequenceNumber;

/**
 * The receive sequence variables of RFC 9293 section 3.3.1, and the right edge of the window, which never moves left
 * however the buffer behind it fills (RFC 9293 3.8.6).
 */
public final class ReceiveSpace {
    private static final int MAX_WINDOW_FIELD = 65535;

    private int irs;
    private int nxt;
    /** How far the buffer has been offered. */
    private int offeredEdge;
    /** How far the windows sent reach: at most one unit of the scale beyond the offered edge. */
    private int rightEdge;
    private int scale;
    private int lastAckSent;
    private boolean finReceived;
    private int finSequence;
    private boolean finSequenceKnown;

    /** Takes the peer's initial sequence number. */
    void start(int irs) {
        this.irs = irs;
        nxt = irs + 1;
        lastAckSent = nxt;
        offeredEdge = nxt;
        rightEdge = nxt;
    }

    /** IRS. */
    public int irs() {
        return irs;
    }

    /** RCV.NXT: the next sequence number expected. */
    public int nxt() {
        return nxt;
    }

    void nxt(int nxt) {
        this.nxt = nxt;
        // a FIN may come behind a closed window
        rightEdge = SequenceNumber.max(rightEdge, nxt);
    }

    /** RCV.NXT + RCV.WND: the first sequence number the peer may not send. */
    public int rightEdge() {
        return rightEdge;
    }

    /** RCV.WND in bytes: what the peer may still send. */
    public int wnd() {
        return rightEdge - nxt;
    }

    /** The shift count of the windows we announce. */
    public int scale() {
        return scale;
    }

    void scale(int scale) {
        this.scale = scale;
    }

    /** Last.ACK.sent of RFC 7323. */
    int lastAckSent() {
        return lastAckSent;
    }

    void ackSent() {
        lastAckSent = nxt;
    }

    /** Whether the peer's FIN and everything before it is here. */
    public boolean isFinReceived() {
        return finReceived;
    }

    void finReceived() {
        finReceived = true;
    }

    /** Remembers where the peer's stream ends: its FIN was seen, perhaps ahead of missing data. */
    void finAt(int sequence) {
        if (!finSequenceKnown) {
            finSequence = sequence;
            finSequenceKnown = true;
        }
    }

    /** Whether the next sequence number expected is the FIN that was seen already. */
    boolean isFinNext() {
        return finSequenceKnown && !finReceived && nxt == finSequence;
    }

    /** Whether the peer's FIN was seen at a sequence number that is not reached yet. */
    boolean isFinAheadAt(int sequence) {
        return finSequenceKnown && !finReceived && finSequence == sequence;
    }

    /** The first sequence number behind the peer's stream, as far as it is known; otherwise the window's edge. */
    int textLimit() {
        return finSequenceKnown ? SequenceNumber.min(finSequence, rightEdge) : rightEdge;
    }

    /**
     * How far the offered edge would move if the window were announced now, no further than the field can say.
     *
     * @param freeBytes what the receive buffer still takes
     */
    int advance(int freeBytes) {
        return Math.max(0, nxt + Math.min(freeBytes, MAX_WINDOW_FIELD << scale) - offeredEdge);
    }

    /**
     * Moves the right edge as silly-window avoidance allows and returns the window field to send.
     *
     * @param freeBytes what the receive buffer still takes
     * @param stepBytes the least advance worth announcing: min(half the buffer, one full segment)
     */
    int announce(int freeBytes, int stepBytes) {
        // RFC 9293 3.8.6.2.2: the right edge stays until it can move by a worthwhile step
        int advance = advance(freeBytes);
        if (advance >= stepBytes) {
            offeredEdge += advance;
        }
        // RFC 7323 2.4: rounding down would take back what was offered, so a remainder is rounded up
        int window = Math.max(0, offeredEdge - nxt);
        int field = Math.min(MAX_WINDOW_FIELD, window + (1 << scale) - 1 >>> scale);
        rightEdge = SequenceNumber.max(rightEdge, nxt + (field << scale));
        return field;
    }

    /** The window field of a SYN or SYN,ACK, never scaled (RFC 7323 2.2). */
    int announceUnscaled(int freeBytes) {
        int field = Math.min(MAX_WINDOW_FIELD, freeBytes);
        offeredEdge = SequenceNumber.max(offeredEdge, nxt + field);
        rightEdge = SequenceNumber.max(rightEdge, offeredEdge);
        return field;
    }
}
