/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Acknowledges at random: what it has not received, what it has acknowledged before, and what was never sent. */
final class HostilePeer {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final SackFlight flight;
    private final Random random;
    private final BitSet received = new BitSet();
    private int highest = 1;
    private int acked = 1;

    HostilePeer(SackFlight flight, long seed) {
        this.flight = flight;
        random = new Random(seed);
    }

    /** One acknowledgment, and some time. */
    void acts() {
        if (random.nextInt(8) == 0) {
            acked = Math.max(acked, 1 + random.nextInt(highest));
        }
        int ack = random.nextInt(4) == 0 ? 1 + random.nextInt(acked) : acked;
        List<Long> edges = new ArrayList<>();
        for (int block = random.nextInt(5); block > 0; block--) {
            edges.add(edge());
            edges.add(edge());
        }
        Spec spec = ack().acks(ack).sack(edges.stream().mapToLong(Long::longValue).toArray());
        flight.peer.sends(random.nextInt(6) == 0 ? spec.win(random.nextInt(65536)) : spec);
        if (random.nextInt(3) > 0) {
            flight.after(random.nextInt(40));
        }
    }

    /** Mostly that of a segment of the flight, sometimes within one, sometimes anywhere. */
    private long edge() {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt();
            case 1, 2 -> random.nextInt(highest + SackFlight.MSS);
            default -> SackFlight.edge(random.nextInt(2 + highest / SackFlight.MSS));
        };
    }

    /** What came is what was written. */
    void checks(List<Received> all) {
        for (Received got : all) {
            assertTrue(got.payload().length <= SackFlight.MSS, got::toString);
            assertArrayEquals(StreamPattern.bytes(got.seq() - 1, got.payload().length), got.payload(), got::toString);
            received.set(got.seq(), got.end());
            highest = Math.max(highest, got.end());
        }
    }

    /** From now on it acknowledges what it has, until it has everything that was written. */
    void behaves() {
        flight.peer.sends(ack().acks(acked));
        long end = flight.s.world().nowNanos() + LIMIT.toNanos();
        while (flight.s.info().sendQueueBytes() > 0) {
            assertTrue(flight.s.world().nowNanos() < end, "it does not end");
            flight.after(50);
            checks(flight.peer.drain());
            acked = Math.max(acked, received.nextClearBit(1));
            flight.peer.sends(ack().acks(acked));
        }
    }
}
