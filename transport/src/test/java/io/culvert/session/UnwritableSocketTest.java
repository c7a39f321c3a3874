/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.segment.Segment;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a timer orders waits for a socket that takes nothing now. */
final class UnwritableSocketTest implements SegmentOutput {
    private static final int SEGMENTS = 3;

    private final Session session = Established.client();
    private final Segment segment = new Segment();
    private final List<Integer> sent = new ArrayList<>();
    private boolean writable = true;

    @Override
    public Segment next() {
        return segment.clear();
    }

    @Override
    public void send(Session from, boolean retransmission, long nowNanos) {
        sent.add(segment.sequenceNumber());
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @AfterEach
    void release() {
        session.release();
    }

    @Test
    void theRetransmissionOfATimeoutLeavesOnceTheSocketTakesIt() {
        session.sendQueue.append(Unpooled.buffer().writeZero(SEGMENTS * session.smss()));
        Transmitter.transmit(session, 0, this);
        assertEquals(SEGMENTS, sent.size());
        writable = false;
        long later = session.rtt.rtoNanos();
        Timeouts.expire(session, new RecoveryProcessor(), later);
        Transmitter.transmit(session, later, this);
        assertEquals(SEGMENTS, sent.size());
        writable = true;
        Transmitter.transmit(session, later, this);
        assertEquals(List.of(1), sent.subList(SEGMENTS, sent.size()));
    }
}
