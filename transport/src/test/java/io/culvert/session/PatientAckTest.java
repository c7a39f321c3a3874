/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which acknowledgments may wait for the application's answer. */
class PatientAckTest {
    private static final int SEGMENT_BYTES = 1460;
    private static final int INITIAL_WINDOW_SEGMENTS = 10;

    private final Session session = Established.client();

    @BeforeEach
    void nothingIsOwed() {
        session.acks.sent(session);
    }

    @AfterEach
    void release() {
        session.release();
    }

    private void receive(int segments) {
        for (int i = 0; i < segments; i++) {
            session.acks.received(session, SEGMENT_BYTES, 0);
        }
    }

    @Test
    void oneThatIsNotDueWaits() {
        receive(1);
        assertTrue(Transmitter.mayWait(session));
    }

    @Test
    void ofAnInitialWindowItWaits() {
        receive(2);
        assertTrue(Transmitter.mayWait(session));
        receive(INITIAL_WINDOW_SEGMENTS - 2);
        assertTrue(Transmitter.mayWait(session));
    }

    @Test
    void inBulkItDoesNot() {
        receive(INITIAL_WINDOW_SEGMENTS + 1);
        assertFalse(Transmitter.mayWait(session));
    }

    @Test
    void aHoleIsToldAtOnce() {
        receive(2);
        session.acks.receivedAhead(false);
        assertFalse(Transmitter.mayWait(session));
    }

    @Test
    void withAnAnswerItGoesAtOnce() {
        receive(2);
        session.sendQueue.append(Unpooled.buffer().writeZero(1));
        assertFalse(Transmitter.mayWait(session));
    }

    @Test
    void withAFinItGoesAtOnce() {
        receive(2);
        session.snd.queueFin();
        assertFalse(Transmitter.mayWait(session));
        session.snd.finSent();
        assertTrue(Transmitter.mayWait(session));
    }

    @Test
    void withAProbeItGoesAtOnce() {
        receive(2);
        session.outbox.orderWindowProbe();
        assertFalse(Transmitter.mayWait(session));
        session.outbox.takeWindowProbe();
        assertTrue(Transmitter.mayWait(session));
        session.outbox.orderTailLossProbe();
        assertFalse(Transmitter.mayWait(session));
        session.outbox.takeTailLossProbe();
        session.outbox.orderKeepaliveProbe();
        assertFalse(Transmitter.mayWait(session));
    }

    @Test
    void withWhatIsLostItGoesAtOnce() {
        session.sendQueue.append(Unpooled.buffer().writeZero(SEGMENT_BYTES));
        session.flight.sent(1, 1 + SEGMENT_BYTES, 0, 0);
        session.snd.nxt(1 + SEGMENT_BYTES);
        receive(2);
        assertTrue(Transmitter.mayWait(session));
        session.flight.markLost(session.flight.first());
        assertEquals(1, session.flight.lostRecords());
        assertFalse(Transmitter.mayWait(session));
    }
}
