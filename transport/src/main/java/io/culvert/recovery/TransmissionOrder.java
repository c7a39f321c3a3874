/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import io.culvert.segment.SequenceNumber;

/**
 * The slots of a {@link FlightLog} that are in the network, in the order in which they were last sent: a linked list.
 */
final class TransmissionOrder {
    /** Not a slot: the end of the list. */
    static final int NONE = -1;

    private static final int[] NO_SLOTS = {};

    private int[] older = NO_SLOTS;
    private int[] newer = NO_SLOTS;
    private int oldest = NONE;
    private int newest = NONE;

    int oldest() {
        return oldest;
    }

    /** The slot after another; after {@link #NONE} the oldest. */
    int newerThan(int slot) {
        return slot == NONE ? oldest : newer[slot];
    }

    /** Puts a slot at the end: it was sent just now. */
    void append(int slot) {
        insertAfter(newest, slot);
    }

    /**
     * Puts a slot back where it belongs.
     *
     * @param near where to look first, or {@link #NONE}: slots that go back in the order of transmission, each near the
     *         one before, take one walk along the list together
     */
    void putBack(int slot, int near, long[] sentNanos, int[] ends) {
        int before = near;
        while (before != NONE && isSentAfter(before, slot, sentNanos, ends)) {
            before = older[before];
        }
        int after = newerThan(before);
        while (after != NONE && isSentAfter(slot, after, sentNanos, ends)) {
            before = after;
            after = newer[before];
        }
        insertAfter(before, slot);
    }

    private static boolean isSentAfter(int slot, int other, long[] sentNanos, int[] ends) {
        long nanos = sentNanos[slot] - sentNanos[other];
        return nanos > 0 || nanos == 0 && SequenceNumber.greaterThan(ends[slot], ends[other]);
    }

    /** Puts a slot behind another, or behind {@link #NONE} to the front. */
    private void insertAfter(int before, int slot) {
        older[slot] = before;
        newer[slot] = newerThan(before);
        linkNeighbours(slot);
    }

    void remove(int slot) {
        if (older[slot] == NONE) {
            oldest = newer[slot];
        } else {
            newer[older[slot]] = newer[slot];
        }
        if (newer[slot] == NONE) {
            newest = older[slot];
        } else {
            older[newer[slot]] = older[slot];
        }
    }

    /** What stands in one slot is now in another. */
    void move(int from, int to) {
        older[to] = older[from];
        newer[to] = newer[from];
        linkNeighbours(to);
    }

    private void linkNeighbours(int slot) {
        if (older[slot] == NONE) {
            oldest = slot;
        } else {
            newer[older[slot]] = slot;
        }
        if (newer[slot] == NONE) {
            newest = slot;
        } else {
            older[newer[slot]] = slot;
        }
    }

    void clear() {
        oldest = NONE;
        newest = NONE;
    }

    /** Gives its memory back: the list is empty. */
    void rest() {
        clear();
        older = NO_SLOTS;
        newer = NO_SLOTS;
    }

    /**
     * Makes room.
     *
     * @param place where each old slot goes
     */
    void grow(int larger, int[] place) {
        int[] wasNewer = newer;
        int slot = oldest;
        older = new int[larger];
        newer = new int[larger];
        clear();
        while (slot != NONE) {
            append(place[slot]);
            slot = wasNewer[slot];
        }
    }
}
