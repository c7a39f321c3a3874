/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.state.ConnectionEvent;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which acknowledgments may wait for the application's answer. */
class PatientAckTest {
    private static final int SEGMENT_BYTES = 1460;
    private static final int INITIAL_WINDOW_SEGMENTS = 10;

    private final InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1);
    private final Session session = new Session(address, address, false, new SessionConfig(),
            UnpooledByteBufAllocator.DEFAULT, new PathMtu(1500, false, false), 0, 0);

    @BeforeEach
    void open() {
        session.machine.fire(ConnectionEvent.OPEN_ACTIVE);
        session.machine.fire(ConnectionEvent.SYN_ACK);
        session.snd.nxt(1);
        session.snd.una(1);
        session.snd.updateWindow(1 << 16, 0, 1);
        Handshake.open(session);
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
