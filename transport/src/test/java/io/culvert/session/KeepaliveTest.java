/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class KeepaliveTest {
    private static final long IDLE = 1000;
    private static final long INTERVAL = 100;

    private final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private final SessionConfig config = new SessionConfig();
    private final Session session = new Session(address, address, false, config, UnpooledByteBufAllocator.DEFAULT,
            new PathMtu(1500, false, false), 0, 0);
    private final Keepalive keepalive = session.keepalive;

    KeepaliveTest() {
        config.keepAlive = true;
        config.keepIdleNanos = IDLE;
        config.keepIntervalNanos = INTERVAL;
        config.keepCount = 2;
        session.snd.una(1);
    }

    private void expireAt(long nowNanos) {
        assertEquals(nowNanos, session.timers.next());
        Timeouts.expire(session, new RecoveryProcessor(), nowNanos);
    }

    @Test
    void aSegmentThatComesMovesNoDeadline() {
        keepalive.start(session, 0);
        for (int now = 1; now < IDLE; now++) {
            keepalive.heard(session, now);
            assertEquals(IDLE, session.timers.next());
        }
        expireAt(IDLE);
        assertFalse(session.outbox.takeKeepaliveProbe());
        assertEquals(IDLE - 1 + IDLE, session.timers.next());
    }

    @Test
    void countsTheProbesThatStayUnanswered() {
        keepalive.start(session, 0);
        expireAt(IDLE);
        assertTrue(session.outbox.takeKeepaliveProbe());
        expireAt(IDLE + INTERVAL);
        assertTrue(session.outbox.takeKeepaliveProbe());
        assertEquals(2, keepalive.unanswered());
        keepalive.heard(session, IDLE + INTERVAL + 1);
        assertEquals(0, keepalive.unanswered());
        assertEquals(IDLE + INTERVAL + 1 + IDLE, session.timers.next());
    }

    @Test
    void timeMayWrap() {
        long start = Long.MAX_VALUE - 10;
        keepalive.start(session, start);
        keepalive.heard(session, start + 500);
        expireAt(start + IDLE);
        expireAt(start + 500 + IDLE);
        assertTrue(session.outbox.takeKeepaliveProbe());
    }

    @Test
    void hasNoTimerUnlessItIsOn() {
        config.keepAlive = false;
        keepalive.start(session, 0);
        keepalive.heard(session, 1);
        assertFalse(session.timers.isAnySet());
    }
}
