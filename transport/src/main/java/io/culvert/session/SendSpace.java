/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

/** The send sequence variables of RFC 9293 section 3.3.1. */
public final class SendSpace {
    /** The most a peer that names no MSS takes (RFC 9293 3.7.1). */
    public static final int DEFAULT_MSS = 536;
    /** The least MSS that is taken from a peer. */
    static final int LEAST_MSS = 48;

    private int iss;
    private int una;
    private int nxt;
    private long wnd;
    private int wl1;
    private int wl2;
    private long maxWnd;
    private int scale;
    private int mss = DEFAULT_MSS;
    private boolean synAcked;
    private boolean finQueued;
    private boolean finSent;
    private boolean finAcked;

    /** Sets the initial sequence number; nothing is sent yet. */
    void start(int iss) {
        this.iss = iss;
        una = iss;
        nxt = iss;
    }

    /** ISS. */
    public int iss() {
        return iss;
    }

    /** SND.UNA: the oldest sequence number not acknowledged. */
    public int una() {
        return una;
    }

    /** Moves SND.UNA for an acknowledgment of something new: our SYN is then acknowledged. */
    void una(int una) {
        this.una = una;
        synAcked = true;
    }

    /** SND.NXT: the next sequence number to send. */
    public int nxt() {
        return nxt;
    }

    void nxt(int nxt) {
        this.nxt = nxt;
    }

    /** SND.WND in bytes, scaled. */
    public long wnd() {
        return wnd;
    }

    /** The largest window the peer has offered, in bytes. */
    public long maxWnd() {
        return maxWnd;
    }

    /** The shift count for windows from the peer. */
    public int scale() {
        return scale;
    }

    void scale(int scale) {
        this.scale = scale;
    }

    /** The peer's MSS option in bytes. */
    public int mss() {
        return mss;
    }

    void mss(int mss) {
        this.mss = mss;
    }

    /** Whether our SYN is acknowledged. */
    public boolean isSynAcked() {
        // not una != iss: a stream comes by its ISS again after 4 GiB
        return synAcked;
    }

    /** Bytes between SND.UNA and SND.NXT. */
    public int flightSize() {
        return nxt - una;
    }

    /** Takes a window from a segment, the SYN's unscaled. */
    void updateWindow(long window, int seq, int ack) {
        wnd = window;
        wl1 = seq;
        wl2 = ack;
        maxWnd = Math.max(maxWnd, window);
    }

    /** RFC 9293 3.10.7.4: whether the segment is newer than the one the window was last taken from. */
    boolean isWindowNews(int seq, int ack) {
        return lessThan(wl1, seq) || wl1 == seq && lessOrEqual(wl2, ack);
    }

    /** The application has closed: FIN follows the last byte it wrote. */
    public void queueFin() {
        finQueued = true;
    }

    /** Whether FIN is queued or sent. */
    public boolean isFinQueued() {
        return finQueued;
    }

    /** Whether FIN is queued and has never been sent. */
    boolean owesFin() {
        return finQueued && !finSent;
    }

    /** Whether FIN has been sent at least once. */
    public boolean isFinSent() {
        return finSent;
    }

    void finSent() {
        finSent = true;
    }

    /** Whether FIN is acknowledged. */
    public boolean isFinAcked() {
        return finAcked;
    }

    void finAcked() {
        finAcked = true;
    }

    /** RFC 9293 3.10.7.4: {@code SND.UNA < SEG.ACK =< SND.NXT}. */
    boolean isNewAck(int ack) {
        return greaterThan(ack, una) && lessOrEqual(ack, nxt);
    }
}
