/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.SequenceNumber;
import java.util.Arrays;

/**
 * What is in flight: one record for each segment between SND.UNA and SND.NXT, in the order of sequence numbers, as a
 * ring of arrays. A retransmission renews the segment's record. A record is named by its distance from the oldest.
 */
public final class FlightLog {
    private static final int RETRANSMITTED = 1;
    private static final int LOST = 2;

    private int[] start = new int[16];
    private int[] end = new int[16];
    private long[] sentNanos = new long[16];
    private int[] timestamp = new int[16];
    private byte[] marks = new byte[16];
    private int head;
    private int size;
    private int lostRecords;
    private int lostBytes;
    /** No record before it is taken for lost. */
    private int lostFrom;
    private int bytes;

    private int index(int record) {
        return head + record & start.length - 1;
    }

    /** Records in flight. */
    public int size() {
        return size;
    }

    /** Whether nothing is in flight. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Sequence space in flight and not taken for lost: the pipe of RFC 6675. */
    public int pipe() {
        return bytes - lostBytes;
    }

    /** Records that are to be retransmitted. */
    public int lostRecords() {
        return lostRecords;
    }

    int startOf(int record) {
        return start[index(record)];
    }

    int endOf(int record) {
        return end[index(record)];
    }

    boolean isRetransmitted(int record) {
        return (marks[index(record)] & RETRANSMITTED) != 0;
    }

    boolean isLost(int record) {
        return (marks[index(record)] & LOST) != 0;
    }

    /** Appends a segment sent for the first time. */
    void sent(int from, int to, long nowNanos, int timestampValue) {
        if (size == start.length) {
            grow();
        }
        int at = index(size);
        start[at] = from;
        end[at] = to;
        sentNanos[at] = nowNanos;
        timestamp[at] = timestampValue;
        marks[at] = 0;
        size++;
        bytes += to - from;
    }

    /** Renews a record: its segment was sent again. */
    void sentAgain(int record, long nowNanos, int timestampValue) {
        int at = index(record);
        sentNanos[at] = nowNanos;
        timestamp[at] = timestampValue;
        if ((marks[at] & LOST) != 0) {
            lostRecords--;
            lostBytes -= end[at] - start[at];
        }
        marks[at] = RETRANSMITTED;
    }

    /** Takes a record for lost, so that it is sent again. */
    void markLost(int record) {
        int at = index(record);
        if ((marks[at] & LOST) == 0) {
            marks[at] |= LOST;
            lostRecords++;
            lostBytes += end[at] - start[at];
            lostFrom = Math.min(lostFrom, record);
        }
    }

    /** Takes everything in flight for lost. */
    void markAllLost() {
        for (int i = 0; i < size; i++) {
            markLost(i);
        }
    }

    /** The oldest record taken for lost, -1 when there is none. */
    int firstLost() {
        if (lostRecords > 0) {
            for (int i = lostFrom; i < size; i++) {
                if (isLost(i)) {
                    lostFrom = i;
                    return i;
                }
            }
        }
        return -1;
    }

    /**
     * Removes what an acknowledgment covers and finds the round trip it measures.
     *
     * @param echo SEG.TSecr, when {@code hasEcho}: it settles which transmission of a segment was meant
     * @return the round-trip time in nanoseconds of the newest segment that measures one, -1 when none does (Karn)
     */
    long acknowledge(int ack, boolean hasEcho, int echo, long nowNanos) {
        long rttNanos = -1;
        long echoedNanos = -1;
        boolean ambiguous = false;
        while (size > 0) {
            int at = head;
            boolean lost = (marks[at] & LOST) != 0;
            if (SequenceNumber.greaterThan(end[at], ack)) {
                trim(at, ack, lost);
                break;
            }
            // RFC 6298 section 3, Karn: a retransmitted segment measures nothing unless the timestamp tells; nor does
            // what waited at the peer behind the hole that a retransmission has filled
            if ((marks[at] & RETRANSMITTED) != 0) {
                ambiguous = true;
                if (hasEcho && echo == timestamp[at]) {
                    echoedNanos = nowNanos - sentNanos[at];
                }
            } else if (!lost) {
                rttNanos = nowNanos - sentNanos[at];
            }
            bytes -= end[at] - start[at];
            if (lost) {
                lostRecords--;
                lostBytes -= end[at] - start[at];
            }
            head = head + 1 & start.length - 1;
            size--;
            lostFrom = Math.max(0, lostFrom - 1);
        }
        return ambiguous ? echoedNanos : rttNanos;
    }

    /** An acknowledgment in the middle of a segment: what it covers is gone. */
    private void trim(int at, int ack, boolean lost) {
        int covered = ack - start[at];
        if (covered > 0) {
            start[at] = ack;
            bytes -= covered;
            if (lost) {
                lostBytes -= covered;
            }
        }
    }

    void clear() {
        head = 0;
        size = 0;
        bytes = 0;
        lostRecords = 0;
        lostBytes = 0;
        lostFrom = 0;
    }

    private void grow() {
        int length = start.length;
        start = unrolled(start);
        end = unrolled(end);
        timestamp = unrolled(timestamp);
        long[] sent = new long[2 * length];
        byte[] mark = Arrays.copyOf(marks, 2 * length);
        for (int i = 0; i < size; i++) {
            sent[i] = sentNanos[head + i & length - 1];
            mark[i] = marks[head + i & length - 1];
        }
        sentNanos = sent;
        marks = mark;
        head = 0;
    }

    private int[] unrolled(int[] ring) {
        int[] more = new int[2 * ring.length];
        for (int i = 0; i < size; i++) {
            more[i] = ring[head + i & ring.length - 1];
        }
        return more;
    }
}
