/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/**
 * The slots of a {@link FlightLog} that are in the network, in the order in which they were last sent: a linked list.
 */
final class TransmissionOrder {
    /** Not a slot: the end of the list. */
    static final int NONE = -1;

    private int[] older = {};
    private int[] newer = {};
    private int oldest = NONE;
    private int newest = NONE;

    int oldest() {
        return oldest;
    }

    int newest() {
        return newest;
    }

    int olderThan(int slot) {
        return older[slot];
    }

    int newerThan(int slot) {
        return newer[slot];
    }

    /** Puts a slot at the end: it was sent just now. */
    void append(int slot) {
        insertAfter(newest, slot);
    }

    /** Puts a slot behind another, or behind {@link #NONE} to the front. */
    void insertAfter(int before, int slot) {
        older[slot] = before;
        newer[slot] = before == NONE ? oldest : newer[before];
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
