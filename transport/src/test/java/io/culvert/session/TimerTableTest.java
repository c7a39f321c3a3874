/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Deadlines by kind. */
final class TimerTableTest {
    private final TimerTable timers = new TimerTable();

    @Test
    void expiresOnceWhenItsTimeHasCome() {
        timers.set(TimerKind.RETRANSMIT, 100);
        assertFalse(timers.expire(TimerKind.RETRANSMIT, 99));
        assertTrue(timers.expire(TimerKind.RETRANSMIT, 100));
        assertFalse(timers.expire(TimerKind.RETRANSMIT, 101));
        assertFalse(timers.isAnySet());
    }

    @Test
    void kindsAreIndependent() {
        timers.set(TimerKind.RETRANSMIT, 100);
        timers.set(TimerKind.PERSIST, 50);
        assertFalse(timers.expire(TimerKind.DELAYED_ACK, 1000));
        assertTrue(timers.expire(TimerKind.PERSIST, 60));
        assertTrue(timers.isSet(TimerKind.RETRANSMIT));
    }

    @Test
    void theNextIsTheEarliest() {
        timers.set(TimerKind.RETRANSMIT, 300);
        timers.set(TimerKind.DELAYED_ACK, 100);
        timers.set(TimerKind.ORPHAN, 200);
        assertEquals(100, timers.next());
        timers.stop(TimerKind.DELAYED_ACK);
        assertEquals(200, timers.next());
        timers.set(TimerKind.ORPHAN, 400);
        assertEquals(300, timers.next());
    }

    @Test
    void timeMayWrap() {
        timers.set(TimerKind.RETRANSMIT, Long.MIN_VALUE + 10);
        timers.set(TimerKind.PERSIST, Long.MAX_VALUE - 10);
        assertEquals(Long.MAX_VALUE - 10, timers.next());
        assertFalse(timers.expire(TimerKind.RETRANSMIT, Long.MAX_VALUE));
        assertTrue(timers.expire(TimerKind.RETRANSMIT, Long.MIN_VALUE + 11));
    }

    @Test
    void stopAllStopsAll() {
        for (TimerKind kind : TimerKind.values()) {
            timers.set(kind, 1);
        }
        timers.stopAll();
        assertFalse(timers.isAnySet());
        for (TimerKind kind : TimerKind.values()) {
            assertFalse(timers.expire(kind, 2));
        }
    }
}
