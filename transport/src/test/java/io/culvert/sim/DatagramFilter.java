/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.Segment;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A script for a {@link Path}: sees every datagram before chance does and decides. For example
 * {@code path.filter(DatagramFilter.dropNth(3, SegmentKind.DATA))}.
 */
@FunctionalInterface
public interface DatagramFilter {
    /**
     * Decides on one datagram.
     *
     * @param segment its payload, valid during the call; {@code null} if it is no well-formed segment
     */
    Verdict inspect(Datagram datagram, Segment segment);

    /** Lets everything pass. */
    static DatagramFilter none() {
        return (datagram, segment) -> Verdict.PASS;
    }

    /** Drops every segment of a kind. */
    static DatagramFilter drop(Predicate<? super Segment> kind) {
        return (datagram, segment) -> segment != null && kind.test(segment) ? Verdict.DROP : Verdict.PASS;
    }

    /** Drops the first {@code count} segments of a kind. */
    static DatagramFilter dropFirst(int count, Predicate<? super Segment> kind) {
        return range(1, count, kind, Verdict.DROP);
    }

    /** Drops the {@code n}th segment of a kind, counted from 1 and from now. */
    static DatagramFilter dropNth(int n, Predicate<? super Segment> kind) {
        return nth(n, kind, Verdict.DROP);
    }

    /** Gives a verdict on the {@code n}th segment of a kind, counted from 1 and from now. */
    static DatagramFilter nth(int n, Predicate<? super Segment> kind, Verdict verdict) {
        return range(n, n, kind, verdict);
    }

    /** Gives a verdict on the segments of a kind from the {@code first}th to the {@code last}th, counted from 1. */
    static DatagramFilter range(int first, int last, Predicate<? super Segment> kind, Verdict verdict) {
        int[] seen = {0};
        return (datagram, segment) -> {
            if (segment == null || !kind.test(segment)) {
                return Verdict.PASS;
            }
            seen[0]++;
            return seen[0] >= first && seen[0] <= last ? verdict : Verdict.PASS;
        };
    }

    /** Gives a verdict on the datagrams that chance picks, whatever they carry. */
    static DatagramFilter some(BooleanSupplier chance, Supplier<Verdict> verdict) {
        return (datagram, segment) -> chance.getAsBoolean() ? verdict.get() : Verdict.PASS;
    }

    /** Asks another filter about what this one lets pass; what this one decides, the other does not see. */
    default DatagramFilter then(DatagramFilter next) {
        return (datagram, segment) -> {
            Verdict verdict = inspect(datagram, segment);
            return verdict == Verdict.PASS ? next.inspect(datagram, segment) : verdict;
        };
    }
}
