/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Flight.acked;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * The far end of a {@link Flight}: acknowledges each segment when its round trip is over, past a bottleneck if it has
 * one. It looks once a millisecond, and sees to it that there is always something to send.
 */
final class AckingPeer {
    private static final int WRITE_SEGMENTS = 400;

    private record Due(long nanos, int segment) {
    }

    /** Every segment received. */
    final List<Received> segments = new ArrayList<>();

    private final Flight f;
    private final Deque<Due> dues = new ArrayDeque<>();
    private IntPredicate lost = segment -> false;
    private boolean feeding = true;
    private long roundTripMillis = Flight.RTT.toMillis();
    private long segmentNanos;
    private long freeNanos;
    private int next;
    private int highest;

    AckingPeer(Flight f) {
        this.f = f;
    }

    /** The round trip of what is received from now on. */
    AckingPeer roundTrip(long millis) {
        roundTripMillis = millis;
        return this;
    }

    /** The bottleneck carries so many segments a second. */
    AckingPeer bottleneck(int segmentsPerSecond) {
        segmentNanos = TimeUnit.SECONDS.toNanos(1) / segmentsPerSecond;
        return this;
    }

    /** The next transmission of a segment is lost. */
    void loses(int segment) {
        lost = candidate -> candidate == segment;
    }

    /** From now on the application writes what the test says. */
    AckingPeer idle() {
        feeding = false;
        return this;
    }

    /** Acknowledges for so long. */
    void runs(long millis) {
        for (long i = 0; i < millis; i++) {
            if (feeding && f.s.info().sendQueueBytes() < WRITE_SEGMENTS * MSS / 2) {
                f.writes(WRITE_SEGMENTS);
            }
            hears();
            f.after(1);
            answers();
        }
        hears();
    }

    private void hears() {
        for (Received segment : f.peer.drain()) {
            segments.add(segment);
            int place = (segment.seq() - 1) / MSS;
            if (lost.test(place)) {
                lost = candidate -> false;
                continue;
            }
            freeNanos = Math.max(freeNanos, segment.nanos()) + segmentNanos;
            dues.add(new Due(freeNanos + TimeUnit.MILLISECONDS.toNanos(roundTripMillis), place));
        }
    }

    private void answers() {
        long now = f.s.world().nowNanos();
        List<Spec> acks = new ArrayList<>();
        while (!dues.isEmpty() && dues.peek().nanos() <= now) {
            int segment = dues.remove().segment();
            if (segment == next) {
                next = Math.max(next + 1, highest);
            }
            highest = Math.max(highest, Math.max(next, segment + 1));
            acks.add(highest > next ? acked(next, next + 1, highest) : acked(next));
        }
        f.peer.sends(acks.toArray(new Spec[0]));
    }

    /** The first segment not received in order. */
    int next() {
        return next;
    }
}
