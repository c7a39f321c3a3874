/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether a session that gave up was right to, judged by the wire alone: it sent what was unacknowledged as often as
 * it has to, and either none of that arrived or every answer that acknowledged it was lost.
 */
final class GiveUpProof {
    private static final int SYN_RETRIES = 6;
    private static final int SYN_ACK_RETRIES = 5;
    private static final int ORPHAN_RETRIES = 8;

    private final List<WireSegment> there = new ArrayList<>();
    private final List<WireSegment> back = new ArrayList<>();
    private final StateAudit.Move end;

    private GiveUpProof(WireLog log, InetSocketAddress from, InetSocketAddress to, StateAudit.Move end) {
        this.end = end;
        for (WireSegment segment : log.segments()) {
            if (segment.from().equals(from) && segment.to().equals(to) && segment.sentNanos() <= end.nanos()) {
                there.add(segment);
            } else if (segment.from().equals(to) && segment.to().equals(from)) {
                back.add(segment);
            }
        }
    }

    /** Why the wire does not excuse it; {@code null} if it does. */
    static String refute(WireLog log, InetSocketAddress from, InetSocketAddress to, StateAudit.Move end) {
        return new GiveUpProof(log, from, to, end).refute();
    }

    /** The first move that is a failure of its own, of either end; {@code null} if there is none. */
    static StateAudit.Move firstFailure(List<StateAudit.Move> one, List<StateAudit.Move> other) {
        List<StateAudit.Move> all = new ArrayList<>(one);
        all.addAll(other);
        // on a path without delay the reset arrives at the instant at which its sender gave up
        all.sort(Comparator.comparingLong(StateAudit.Move::nanos)
                .thenComparing(move -> move.event() == ConnectionEvent.RST));
        for (StateAudit.Move move : all) {
            if (move.event() == ConnectionEvent.GIVE_UP || move.event() == ConnectionEvent.ORPHAN_OVER
                    || move.event() == ConnectionEvent.RST) {
                return move;
            }
        }
        return null;
    }

    /** A session that its application has closed may also give up by the clock: as an orphan that is too old. */
    private boolean orphanTimeIsOver() {
        boolean closing = end.from() == ConnectionState.FIN_WAIT_1 || end.from() == ConnectionState.CLOSING
                || end.from() == ConnectionState.LAST_ACK;
        return closing && !there.isEmpty()
                && end.nanos() - there.get(0).sentNanos() >= ScenarioRun.ORPHAN_MILLIS * 1_000_000L;
    }

    /** The peer has acknowledged even the FIN, that was lost, and 2 MSL later nobody was there to say it again. */
    private boolean peerHadEverything() {
        if (end.from() != ConnectionState.CLOSING && end.from() != ConnectionState.LAST_ACK) {
            return false;
        }
        int last = end.iss();
        for (WireSegment segment : there) {
            int next = segment.sequenceNumber() + segment.sequenceLength();
            last = next - last > 0 ? next : last;
        }
        for (WireSegment segment : back) {
            if (segment.has(SegmentFlags.ACK) && !segment.has(SegmentFlags.RST)
                    && segment.acknowledgmentNumber() == last) {
                return true;
            }
        }
        return false;
    }

    private String refute() {
        if (end.event() == ConnectionEvent.RST && peerHadEverything()) {
            return null;
        }
        if (end.event() != ConnectionEvent.GIVE_UP) {
            return "nothing gave up before " + end;
        }
        int una = end.iss();
        for (WireSegment segment : back) {
            if (segment.arrivedNanos() >= 0 && segment.fate().arrived() && segment.arrivedNanos() <= end.nanos()
                    && segment.has(SegmentFlags.ACK) && !segment.has(SegmentFlags.RST)
                    && segment.acknowledgmentNumber() - una > 0) {
                una = segment.acknowledgmentNumber();
            }
        }
        int tries = 0;
        long firstArrival = Long.MAX_VALUE;
        for (WireSegment segment : there) {
            int from = segment.sequenceNumber() - una;
            boolean probe = from == -1 && segment.sequenceLength() == 0;
            if (probe || from <= 0 && from + segment.sequenceLength() > 0) {
                tries += segment.fate() == Fate.DUPLICATE ? 0 : 1;
                if (segment.fate().arrived() && segment.arrivedNanos() <= end.nanos()) {
                    firstArrival = Math.min(firstArrival, segment.arrivedNanos());
                }
            }
        }
        int retries = end.from() == ConnectionState.SYN_SENT ? SYN_RETRIES
                : end.from() == ConnectionState.SYN_RECEIVED ? SYN_ACK_RETRIES : ORPHAN_RETRIES;
        if (tries <= retries && !orphanTimeIsOver()) {
            return end + " after " + tries + " tries";
        }
        if (firstArrival == Long.MAX_VALUE) {
            return null;
        }
        for (WireSegment segment : back) {
            if (segment.sentNanos() >= firstArrival && segment.has(SegmentFlags.ACK)
                    && segment.acknowledgmentNumber() - una > 0) {
                return null;
            }
        }
        return end + " although " + Ladder.millis(firstArrival) + " brought the peer what it never acknowledged";
    }
}
