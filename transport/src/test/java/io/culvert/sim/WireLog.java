/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * What went over the wire, in the order in which it was sent. Keeps the last {@value #DEFAULT_LIMIT} datagrams or as
 * many as asked; counts them all. Nothing is parsed until somebody looks.
 */
public final class WireLog {
    private static final int DEFAULT_LIMIT = 20_000;

    private final ArrayDeque<Datagram> datagrams = new ArrayDeque<>();
    private final long[] counts = new long[Fate.values().length];
    /** Learns the initial sequence numbers of datagrams that are no longer kept. */
    private final RelativeNumbers forgotten = new RelativeNumbers();
    private int limit = DEFAULT_LIMIT;
    private long added;

    WireLog() {
    }

    /** Keeps at most so many datagrams; with 0 they are counted and nothing else. */
    public WireLog limit(int limit) {
        this.limit = limit;
        trim();
        return this;
    }

    /** How many datagrams went through the network since it exists, copies included. */
    public long count() {
        return added;
    }

    /** How many datagrams met this fate since the network exists. */
    public long count(Fate fate) {
        return counts[fate.ordinal()];
    }

    /** The kept datagrams, oldest first. */
    public List<Datagram> datagrams() {
        return new ArrayList<>(datagrams);
    }

    /** The kept datagrams as segments, oldest first. */
    public List<WireSegment> segments() {
        return segments(segment -> true);
    }

    /** The kept segments that a test picks, oldest first; malformed ones are left out. */
    public List<WireSegment> segments(Predicate<? super Segment> kind) {
        Segment scratch = new Segment();
        List<WireSegment> segments = new ArrayList<>();
        for (Datagram datagram : datagrams) {
            if (datagram.parseInto(scratch) == null && kind.test(scratch)) {
                segments.add(WireSegment.of(datagram, scratch));
            }
        }
        return segments;
    }

    /** The kept segments of one sender that a test picks. */
    public List<WireSegment> segments(InetSocketAddress from, Predicate<? super Segment> kind) {
        List<WireSegment> segments = segments(kind);
        segments.removeIf(segment -> !segment.from().equals(from));
        return segments;
    }

    /** A number that two runs share only if the kept datagrams, times, addresses and fates are the same. */
    public long fingerprint() {
        long print = added;
        for (Datagram datagram : datagrams) {
            print = 31 * print + datagram.sentNanos();
            print = 31 * print + datagram.arrivedNanos();
            print = 31 * print + datagram.from().hashCode();
            print = 31 * print + datagram.to().hashCode();
            print = 31 * print + datagram.fate().ordinal();
            print = 31 * print + Arrays.hashCode(datagram.bytes());
        }
        return print;
    }

    /** Draws everything that is kept. */
    public String ladder() {
        return ladder(Integer.MAX_VALUE);
    }

    /**
     * Draws the last datagrams, 100 columns wide. Each host has its clock at its side, in milliseconds; sequence
     * numbers count from the SYN of their side. An arrow that ends in {@code x} did not arrive, and says why.
     */
    public String ladder(int lastDatagrams) {
        return new Ladder(forgotten).draw(Collections.unmodifiableCollection(datagrams), lastDatagrams);
    }

    @Override
    public String toString() {
        return ladder();
    }

    void add(Datagram datagram) {
        added++;
        counts[datagram.fate().ordinal()]++;
        if (limit > 0) {
            datagrams.add(datagram);
            trim();
        }
    }

    void settle(Datagram datagram, Fate fate) {
        counts[datagram.fate().ordinal()]--;
        counts[fate.ordinal()]++;
        datagram.fate(fate);
    }

    private void trim() {
        while (datagrams.size() > limit) {
            Datagram oldest = datagrams.poll();
            if (oldest.length() > 1 && (oldest.bytes()[1] & SegmentFlags.SYN) != 0) {
                Segment segment = new Segment();
                if (oldest.parseInto(segment) == null) {
                    forgotten.learn(oldest, segment);
                }
            }
        }
    }
}
