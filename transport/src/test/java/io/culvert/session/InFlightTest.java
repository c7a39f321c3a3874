/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** How much is in the network without SACK. */
final class InFlightTest {
    private static final int SMSS = 1460;

    private final InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1);
    private final Session session = new Session(address, address, false, new SessionConfig(),
            UnpooledByteBufAllocator.DEFAULT, new PathMtu(1500, false, false), 0, 0);

    private void duplicates(int count) {
        for (int i = 0; i < count; i++) {
            session.recovery.duplicates.onDuplicateAck(1);
        }
    }

    @Test
    void eachDuplicateAcknowledgmentIsASegmentLess() {
        session.smss(SMSS);
        session.flight.sent(1, 1 + 3 * SMSS, 0, 0);
        duplicates(2);
        assertEquals(SMSS, session.inFlight());
    }

    /** A peer that never stops must not make the flight look full. */
    @Test
    void aFloodOfDuplicateAcknowledgmentsLeavesNothing() {
        session.smss(SMSS);
        session.flight.sent(1, 1 + 3 * SMSS, 0, 0);
        duplicates(2_000_000);
        assertEquals(0, session.inFlight());
    }
}
