/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** Sequence numbers counted from the SYN of their side, as people read them; unsigned while no SYN was seen. */
final class RelativeNumbers {
    private record Flow(InetSocketAddress from, InetSocketAddress to) {
    }

    private final Map<Flow, Integer> initial = new HashMap<>();

    RelativeNumbers() {
    }

    RelativeNumbers(RelativeNumbers learned) {
        initial.putAll(learned.initial);
    }

    void learn(Datagram datagram, Segment segment) {
        if (segment.has(SegmentFlags.SYN)) {
            initial.put(new Flow(datagram.from(), datagram.to()), segment.sequenceNumber());
        }
    }

    long ofSender(Datagram datagram, int number) {
        return relative(initial.get(new Flow(datagram.from(), datagram.to())), number);
    }

    long ofReceiver(Datagram datagram, int number) {
        return relative(initial.get(new Flow(datagram.to(), datagram.from())), number);
    }

    private static long relative(Integer first, int number) {
        return Integer.toUnsignedLong(first == null ? number : number - first);
    }
}
