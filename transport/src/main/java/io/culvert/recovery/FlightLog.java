/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessThan;

/**
 * What is in flight: one record for each segment between SND.UNA and SND.NXT, in the order of sequence numbers, as a
 * ring of arrays. A retransmission renews the segment's record. Records are numbered; a number is good for as long as
 * its record is in flight and none before it is split.
 *
 * <p>A record is in the network, taken for lost and waiting for its retransmission, or selectively acknowledged. Those
 * in the network also stand in a list in the order in which they were last sent, which is what RACK walks along.
 */
public final class FlightLog {
    private static final int RETRANSMITTED = 1;
    private static final int LOST = 2;
    private static final int SACKED = 4;
    private static final int PROBE = 8;
    private static final int APP_LIMITED = 16;
    private static final int INITIAL_RECORDS = 8;
    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};
    private static final byte[] NO_BYTES = {};

    private int[] starts = NO_INTS;
    private int[] ends = NO_INTS;
    private long[] sentNanos = NO_LONGS;
    private int[] timestamp = NO_INTS;
    private byte[] marks = NO_BYTES;
    /** For a SACKed record a number at or before the next one that is not. */
    private int[] skip = NO_INTS;
    private final TransmissionOrder order = new TransmissionOrder();
    private DeliverySnapshots snapshots = DeliverySnapshots.NONE;

    private int first;
    private int end;
    private int lostRecords;
    private int lostProbes;
    private int sackedRecords;
    private int bytes;
    private int lostBytes;
    private int sackedBytes;
    /** No record before it is taken for lost. */
    private int lostFrom;

    private int slot(int record) {
        return record & starts.length - 1;
    }

    // ---- what is there ------------------------------------------------------------------------------------------

    /** The number of the record of SND.UNA. */
    public int first() {
        return first;
    }

    /** The number after the last record. */
    public int end() {
        return end;
    }

    /** Records in flight. */
    public int size() {
        return end - first;
    }

    /** Whether nothing is in flight. */
    public boolean isEmpty() {
        return first == end;
    }

    /** Sequence space between SND.UNA and SND.NXT. */
    public int bytes() {
        return bytes;
    }

    /** RFC 6675: sequence space that is in the network: neither taken for lost nor selectively acknowledged. */
    public int pipe() {
        return bytes - lostBytes - sackedBytes;
    }

    /** Records that wait for their retransmission. */
    public int lostRecords() {
        return lostRecords;
    }

    /** Sequence space of {@link #lostRecords()}. */
    public int lostBytes() {
        return lostBytes;
    }

    /** Those of {@link #lostRecords()} that were probes of the path MTU. */
    public int lostProbes() {
        return lostProbes;
    }

    /** Records that are selectively acknowledged. */
    public int sackedRecords() {
        return sackedRecords;
    }

    /** The first sequence number of a record. */
    public int startOf(int record) {
        return starts[slot(record)];
    }

    /** The sequence number after a record. */
    public int endOf(int record) {
        return ends[slot(record)];
    }

    /** Sequence space of a record. */
    public int bytesOf(int record) {
        return endOf(record) - startOf(record);
    }

    /** When the record was last sent. */
    public long sentNanosOf(int record) {
        return sentNanos[slot(record)];
    }

    /** TSval of the record's last transmission. */
    public int timestampOf(int record) {
        return timestamp[slot(record)];
    }

    /** Whether the record was sent more than once. */
    public boolean isRetransmitted(int record) {
        return (marks[slot(record)] & RETRANSMITTED) != 0;
    }

    /** Whether the record waits for its retransmission. */
    public boolean isLost(int record) {
        return (marks[slot(record)] & LOST) != 0;
    }

    /** Whether the record is selectively acknowledged. */
    public boolean isSacked(int record) {
        return (marks[slot(record)] & SACKED) != 0;
    }

    /** Whether the record is a probe of the path MTU. */
    public boolean isProbe(int record) {
        return (marks[slot(record)] & PROBE) != 0;
    }

    /** P.is_app_limited. */
    public boolean isAppLimited(int record) {
        return (marks[slot(record)] & APP_LIMITED) != 0;
    }

    /** P.first_send_time. */
    public long firstSentNanosOf(int record) {
        return snapshots.firstSentNanos[slot(record)];
    }

    /** P.delivered_time. */
    public long deliveredNanosOf(int record) {
        return snapshots.deliveredNanos[slot(record)];
    }

    /** P.delivered. */
    public long deliveredOf(int record) {
        return snapshots.delivered[slot(record)];
    }

    /** P.lost. */
    public long lostOf(int record) {
        return snapshots.lost[slot(record)];
    }

    /** P.tx_in_flight. */
    public int inFlightOf(int record) {
        return snapshots.inFlight[slot(record)];
    }

    /** The record that lies in the network the longest, {@link #end()} when none does. */
    public int oldest() {
        return numberOf(order.oldest());
    }

    /** The record in the network that was sent next after one that is in the network, {@link #end()} after the last. */
    public int newerThan(int record) {
        return numberOf(order.newerThan(slot(record)));
    }

    private int numberOf(int slot) {
        return slot == TransmissionOrder.NONE ? end : first + (slot - first & starts.length - 1);
    }

    // ---- transmissions ------------------------------------------------------------------------------------------

    /**
     * Appends a segment sent for the first time.
     *
     * @return its record
     */
    public int sent(int from, int to, long nowNanos, int timestampValue) {
        if (size() == starts.length) {
            grow();
        }
        int record = end++;
        int at = slot(record);
        starts[at] = from;
        ends[at] = to;
        marks[at] = 0;
        skip[at] = record;
        bytes += to - from;
        transmitted(at, nowNanos, timestampValue);
        return record;
    }

    /** Renews a record: its segment was sent again. */
    public void sentAgain(int record, long nowNanos, int timestampValue) {
        int at = slot(record);
        if ((marks[at] & LOST) != 0) {
            clearLost(at);
        } else {
            order.remove(at);
        }
        marks[at] = (byte) (marks[at] & APP_LIMITED | RETRANSMITTED);
        transmitted(at, nowNanos, timestampValue);
    }

    private void transmitted(int at, long nowNanos, int timestampValue) {
        sentNanos[at] = nowNanos;
        timestamp[at] = timestampValue;
        order.append(at);
    }

    /** Remembers with a record what is known of deliveries as it is sent. */
    public void remember(int record, long firstSent, long deliveredAt, long delivered, long lost, boolean appLimited) {
        int at = slot(record);
        snapshots.firstSentNanos[at] = firstSent;
        snapshots.deliveredNanos[at] = deliveredAt;
        snapshots.delivered[at] = delivered;
        snapshots.lost[at] = lost;
        snapshots.inFlight[at] = pipe();
        marks[at] = (byte) (appLimited ? marks[at] | APP_LIMITED : marks[at] & ~APP_LIMITED);
    }

    /** Takes the record for a probe of the path MTU until it is sent again. */
    public void markProbe(int record) {
        marks[slot(record)] |= PROBE;
    }

    // ---- losses -------------------------------------------------------------------------------------------------

    /** Takes a record in the network for lost, so that it is sent again. */
    public void markLost(int record) {
        int at = slot(record);
        if ((marks[at] & (LOST | SACKED)) == 0) {
            order.remove(at);
            marks[at] |= LOST;
            if (lostRecords++ == 0 || record - lostFrom < 0) {
                lostFrom = record;
            }
            lostBytes += ends[at] - starts[at];
            lostProbes += (marks[at] & PROBE) != 0 ? 1 : 0;
        }
    }

    /** Nothing that waits for its retransmission was lost after all. */
    public void forgetLosses() {
        int near = TransmissionOrder.NONE;
        for (int record = first; lostRecords > 0; record++) {
            int at = slot(record);
            if ((marks[at] & LOST) != 0) {
                clearLost(at);
                order.putBack(at, near, sentNanos, ends);
                near = at;
            }
        }
    }

    private void clearLost(int at) {
        lostProbes -= (marks[at] & PROBE) != 0 ? 1 : 0;
        marks[at] &= ~(LOST | PROBE);
        lostRecords--;
        lostBytes -= ends[at] - starts[at];
    }

    /** The record with the lowest number that waits for its retransmission, {@link #end()} when there is none. */
    public int firstLost() {
        if (lostRecords == 0) {
            return end;
        }
        if (lostFrom - first < 0) {
            lostFrom = first;
        }
        while (!isLost(lostFrom)) {
            lostFrom++;
        }
        return lostFrom;
    }

    // ---- acknowledgments ----------------------------------------------------------------------------------------

    /** Removes the record of SND.UNA: it is acknowledged. */
    public void removeFirst() {
        int at = slot(first);
        int length = ends[at] - starts[at];
        bytes -= length;
        if ((marks[at] & SACKED) != 0) {
            sackedRecords--;
            sackedBytes -= length;
        } else if ((marks[at] & LOST) != 0) {
            clearLost(at);
        } else {
            order.remove(at);
        }
        first++;
    }

    /**
     * An acknowledgment in the middle of the first record: what it covers is gone.
     *
     * @return bytes covered
     */
    public int trimFirst(int ack) {
        int at = slot(first);
        int covered = isEmpty() ? 0 : ack - starts[at];
        if (covered <= 0) {
            return 0;
        }
        starts[at] = ack;
        bytes -= covered;
        if ((marks[at] & SACKED) != 0) {
            sackedBytes -= covered;
        } else if ((marks[at] & LOST) != 0) {
            lostBytes -= covered;
        }
        return covered;
    }

    /** Takes a record for received: RFC 2018 section 5. */
    public void markSacked(int record) {
        int at = slot(record);
        if ((marks[at] & LOST) != 0) {
            clearLost(at);
        } else {
            order.remove(at);
        }
        marks[at] |= SACKED;
        skip[at] = record + 1;
        sackedRecords++;
        sackedBytes += ends[at] - starts[at];
    }

    /** RFC 2018 section 8: the peer may have dropped what it acknowledged selectively. */
    public void forgetSacks() {
        int near = TransmissionOrder.NONE;
        for (int record = first; record != end; record++) {
            int at = slot(record);
            if ((marks[at] & SACKED) != 0) {
                marks[at] &= ~SACKED;
                skip[at] = record;
                order.putBack(at, near, sentNanos, ends);
                near = at;
            }
        }
        sackedRecords = 0;
        sackedBytes = 0;
    }

    /** The first record that begins at a sequence number or behind it, {@link #end()} when there is none. */
    public int firstFrom(int sequence) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (lessThan(startOf(first + middle), sequence)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return first + low;
    }

    /** The first record from a number on that is not selectively acknowledged, {@link #end()} when there is none. */
    public int nextUnsacked(int from) {
        int record = from;
        while (record != end && isSacked(record)) {
            int at = slot(record);
            int next = skip[at];
            if (next != end && isSacked(next)) {
                // halves the way for the next time
                next = skip[slot(next)];
                skip[at] = next;
            }
            record = next;
        }
        return record;
    }

    /** Whether a sequence number lies in what is in flight, or at its end. */
    public boolean covers(int sequence) {
        return !isEmpty() && !greaterThan(sequence, endOf(end - 1)) && !lessThan(sequence, startOf(first));
    }

    // ---- other --------------------------------------------------------------------------------------------------

    /**
     * Splits a record that is taken for lost: its segment has become too long for the path.
     *
     * @param length sequence space of the first part
     */
    public void split(int record, int length) {
        if (size() == starts.length) {
            grow();
        }
        end++;
        for (int to = end - 1; to != record; to--) {
            move(to - 1, to);
        }
        int head = slot(record);
        int tail = slot(record + 1);
        ends[head] = starts[head] + length;
        starts[tail] = ends[head];
        lostRecords++;
        lostProbes += (marks[tail] & PROBE) != 0 ? 1 : 0;
    }

    /** Copies a record to the number after it, and links its neighbours in time to the new place. */
    private void move(int from, int to) {
        int source = slot(from);
        int target = slot(to);
        starts[target] = starts[source];
        ends[target] = ends[source];
        sentNanos[target] = sentNanos[source];
        timestamp[target] = timestamp[source];
        marks[target] = marks[source];
        skip[target] = skip[source] + 1;
        snapshots.copy(snapshots, source, target);
        if ((marks[source] & (LOST | SACKED)) == 0) {
            order.move(source, target);
        }
    }

    /** Forgets everything: the session is over. */
    public void clear() {
        first = end;
        order.clear();
        lostRecords = 0;
        lostProbes = 0;
        sackedRecords = 0;
        bytes = 0;
        lostBytes = 0;
        sackedBytes = 0;
        lostFrom = first;
    }

    /** Gives back what nothing in flight needs. */
    public void rest() {
        if (isEmpty()) {
            starts = NO_INTS;
            ends = NO_INTS;
            sentNanos = NO_LONGS;
            timestamp = NO_INTS;
            marks = NO_BYTES;
            skip = NO_INTS;
            snapshots = DeliverySnapshots.NONE;
            order.rest();
        }
    }

    private void grow() {
        int length = starts.length;
        int larger = Math.max(INITIAL_RECORDS, 2 * length);
        int[] place = new int[length];
        long[] sent = new long[larger];
        byte[] mark = new byte[larger];
        DeliverySnapshots more = new DeliverySnapshots(larger);
        for (int record = first; record != end; record++) {
            int source = record & length - 1;
            int target = record & larger - 1;
            place[source] = target;
            sent[target] = sentNanos[source];
            mark[target] = marks[source];
            more.copy(snapshots, source, target);
        }
        starts = spread(starts, larger);
        ends = spread(ends, larger);
        timestamp = spread(timestamp, larger);
        skip = spread(skip, larger);
        sentNanos = sent;
        marks = mark;
        snapshots = more;
        order.grow(larger, place);
    }

    private int[] spread(int[] ring, int larger) {
        int[] more = new int[larger];
        for (int record = first; record != end; record++) {
            more[record & larger - 1] = ring[record & ring.length - 1];
        }
        return more;
    }
}
