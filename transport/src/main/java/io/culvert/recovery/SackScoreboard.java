/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

import io.culvert.segment.Segment;

/**
 * What the peer's SACK blocks say of the flight: RFC 2018 section 5 and RFC 2883. The marks stand in the flight log.
 */
public final class SackScoreboard {
    private boolean duplicate;
    private boolean repeated;
    private int duplicateLeft;
    private int duplicateRight;
    /** Made when the first block comes. */
    private int[] lefts;
    private int[] rights;
    private int sorted;

    /**
     * Takes the blocks of an acknowledgment whose cumulative part is processed already.
     *
     * @param sndUna SND.UNA after it
     */
    public void take(Segment segment, FlightLog flight, int sndUna, SegmentFate fate) {
        int blocks = segment.sackBlocks();
        if (blocks > 0 && lefts == null) {
            lefts = new int[Segment.MAX_SACK_BLOCKS];
            rights = new int[Segment.MAX_SACK_BLOCKS];
        }
        sorted = 0;
        for (int block = findDuplicate(segment) ? 1 : 0; block < blocks; block++) {
            int left = segment.sackLeft(block);
            int right = segment.sackRight(block);
            // a block that is old, or not of anything sent, says nothing; nor does one that holds SND.UNA, which is
            // missing
            if (lessThan(left, right) && greaterThan(left, sndUna) && flight.covers(right)) {
                insert(left, right);
            }
        }
        for (int block = 0; block < sorted; block++) {
            mark(flight, lefts[block], rights[block], fate);
        }
    }

    /** RFC 8985 6.2 step 3: taken in the order of the stream; RFC 2018 section 4 tells the newest block first. */
    private void insert(int left, int right) {
        int at = sorted++;
        for (; at > 0 && lessThan(left, lefts[at - 1]); at--) {
            lefts[at] = lefts[at - 1];
            rights[at] = rights[at - 1];
        }
        lefts[at] = left;
        rights[at] = right;
    }

    private static void mark(FlightLog flight, int left, int right, SegmentFate fate) {
        int record = flight.nextUnsacked(flight.firstFrom(left));
        while (record != flight.end() && lessOrEqual(flight.endOf(record), right)) {
            fate.delivered(record);
            flight.markSacked(record);
            record = flight.nextUnsacked(record);
        }
    }

    /** RFC 2883 section 4: the first block reports a duplicate if it lies left of SEG.ACK, or within the second. */
    private boolean findDuplicate(Segment segment) {
        boolean before = duplicate;
        duplicate = false;
        repeated = false;
        if (segment.sackBlocks() > 0) {
            int left = segment.sackLeft(0);
            int right = segment.sackRight(0);
            duplicate = lessThan(left, right) && (lessOrEqual(right, segment.acknowledgmentNumber())
                    || segment.sackBlocks() > 1 && greaterOrEqual(left, segment.sackLeft(1))
                    && lessOrEqual(right, segment.sackRight(1)));
            // Linux cuts a train of segments from one that carries the block, which then stands in each of them
            repeated = before && segment.payloadLength() > 0 && left == duplicateLeft && right == duplicateRight;
            duplicateLeft = left;
            duplicateRight = right;
        }
        return duplicate;
    }

    /** Whether the latest acknowledgment reported a duplicate, which the one before had not reported. */
    public boolean isDuplicate() {
        return duplicate && !repeated;
    }

    /** The first sequence number of the duplicate. */
    public int duplicateLeft() {
        return duplicateLeft;
    }

    /** The sequence number after the duplicate. */
    public int duplicateRight() {
        return duplicateRight;
    }

    /**
     * RFC 2018 section 8: whether the peer has dropped what it acknowledged selectively: SND.UNA would be beyond it.
     */
    public static boolean isReneged(FlightLog flight) {
        return !flight.isEmpty() && flight.isSacked(flight.first());
    }
}
