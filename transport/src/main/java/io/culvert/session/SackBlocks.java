/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;
import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;
import static io.culvert.segment.SequenceNumber.lessThan;

import io.culvert.segment.Segment;
import io.culvert.segment.SequenceNumber;
import java.util.Arrays;

/**
 * What the receiver's selective acknowledgments say (RFC 2018 section 4): the blocks held ahead of a hole, the one that
 * changed last before the others, and duplicates (RFC 2883), each once.
 *
 * <p>Every block that changed is the first of one acknowledgment. Several segments of one batch that belong to the same
 * block need one together; a batch with several holes has as many acknowledgments as it changed blocks, each with all
 * the news it has room for, so that a block is repeated as often as the RFC has it, and the loss of one acknowledgment
 * costs nothing. The first of them must tell what it can: a peer that finds its retransmission acknowledged takes for
 * lost what it sent before and hears nothing of (RFC 8985). For that reason segments of the stream repeat them, too.
 */
final class SackBlocks {
    /** More blocks than this are not remembered, the oldest give way: a peer is not reminded of them. */
    static final int MAX_BLOCKS = 128;
    /** More duplicates than this within a batch are not reported. */
    static final int MAX_DUPLICATES = 32;

    private static final int FIRST_CAPACITY = 4;
    /** RFC 7323 2.3: no window is larger. */
    private static final int MAX_WINDOW_BYTES = 1 << 30;
    private static final int[] NONE = {};

    /** Left and right edges, the block that changed last at the end. */
    private int[] blocks = NONE;
    private int size;
    /** So many at the end have not been the first of an acknowledgment since they changed. */
    private int news;
    /** Left and right edges of duplicates not reported, the oldest first. */
    private int[] duplicates = NONE;
    private int duplicatesSize;

    /** Whether anything is to be told that no acknowledgment has told. */
    boolean hasNews() {
        return news > 0 || duplicatesSize > 0;
    }

    /** Whether a block is to be told that a segment ahead of a hole would not become a part of. */
    boolean hasNewsApartFrom(int left, int right) {
        return news > 0 && (greaterThan(left, right(size - 1)) || greaterThan(left(size - 1), right));
    }

    /** How many are to be told: one for each run of bytes held ahead of a hole. */
    int size() {
        return size;
    }

    // ---- what happens

    /** A segment has come that is part of this block now. */
    void held(int left, int right) {
        removeWithin(left, right);
        if (size == MAX_BLOCKS) {
            System.arraycopy(blocks, 2, blocks, 0, 2 * --size);
            news = Math.min(news, size);
        }
        blocks = put(blocks, size++, left, right);
        news++;
    }

    /** Bytes have come again; those that follow the duplicate before count as one with it, as from one segment. */
    void duplicate(int left, int right) {
        if (continuesDuplicate(left)) {
            duplicates[2 * duplicatesSize - 1] = right;
        } else if (duplicatesSize < MAX_DUPLICATES) {
            duplicates = put(duplicates, duplicatesSize++, left, right);
        }
    }

    /** Whether a duplicate that begins here is one with a duplicate not reported yet. */
    boolean continuesDuplicate(int left) {
        return duplicatesSize > 0 && duplicates[2 * duplicatesSize - 1] == left;
    }

    /** RCV.NXT has moved. */
    void advance(int rcvNxt) {
        removeWithin(rcvNxt - MAX_WINDOW_BYTES, rcvNxt);
    }

    /** What was held from a sequence number on is not held any more. */
    void cutAt(int sequence) {
        for (int i = 0; i < size; i++) {
            if (lessThan(left(i), sequence)) {
                blocks[2 * i + 1] = SequenceNumber.min(right(i), sequence);
            }
        }
        removeWithin(sequence, sequence + MAX_WINDOW_BYTES);
    }

    private void removeWithin(int left, int right) {
        int i = 0;
        while (i < size && !overlaps(left, right, i)) {
            i++;
        }
        int kept = i;
        int firstNews = size - news;
        for (; i < size; i++) {
            if (overlaps(left, right, i)) {
                news -= i >= firstNews ? 1 : 0;
            } else {
                move(i, kept++);
            }
        }
        size = kept;
    }

    /** Gives back what is not needed while there is nothing to tell. */
    void rest() {
        if (size == 0 && duplicatesSize == 0) {
            blocks = NONE;
            duplicates = NONE;
        }
    }

    /** Nothing is to be told. */
    void clear() {
        size = 0;
        news = 0;
        duplicatesSize = 0;
    }

    // ---- what is told

    /**
     * Appends the blocks of the next acknowledgment.
     *
     * @param most how many there is room for, at least 2
     */
    void writeTo(Segment ack, int most) {
        int enclosing = -1;
        if (duplicatesSize > 0) {
            // RFC 2883 section 4 (1) to (3): the duplicate first, then the block it is a part of
            int left = duplicates[0];
            int right = duplicates[1];
            System.arraycopy(duplicates, 2, duplicates, 0, 2 * --duplicatesSize);
            ack.addSackBlock(left, right);
            enclosing = enclosing(left, right);
            if (enclosing >= 0) {
                ack.addSackBlock(left(enclosing), right(enclosing));
            }
        }
        // RFC 2018 section 4: first the block that changed, then the other news, then those reported most recently
        int told = size - news;
        for (int i = told; i < size && ack.sackBlocks() < most; i++) {
            add(i, enclosing, ack);
        }
        for (int i = told - 1; i >= 0 && ack.sackBlocks() < most; i--) {
            add(i, enclosing, ack);
        }
        news = Math.max(0, news - 1);
    }

    /** Appends those that changed most recently; telling them is left to the acknowledgments. */
    void repeatOn(Segment segment, int blocks) {
        for (int i = size - 1; i >= size - blocks; i--) {
            segment.addSackBlock(left(i), right(i));
        }
    }

    private void add(int index, int alreadyThere, Segment ack) {
        if (index != alreadyThere) {
            ack.addSackBlock(left(index), right(index));
        }
    }

    private int enclosing(int left, int right) {
        for (int i = size - 1; i >= 0; i--) {
            if (lessOrEqual(left(i), left) && greaterOrEqual(right(i), right)) {
                return i;
            }
        }
        return -1;
    }

    // ---- the arrays

    private int left(int index) {
        return blocks[2 * index];
    }

    private int right(int index) {
        return blocks[2 * index + 1];
    }

    private boolean overlaps(int left, int right, int index) {
        return greaterThan(right(index), left) && greaterThan(right, left(index));
    }

    private void move(int from, int to) {
        blocks[2 * to] = blocks[2 * from];
        blocks[2 * to + 1] = blocks[2 * from + 1];
    }

    private static int[] put(int[] edges, int index, int left, int right) {
        int[] array = 2 * index < edges.length ? edges
                : Arrays.copyOf(edges, Math.max(2 * FIRST_CAPACITY, 2 * edges.length));
        array[2 * index] = left;
        array[2 * index + 1] = right;
        return array;
    }
}
