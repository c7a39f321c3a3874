/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class ReceiverRttTest {
    private static final long MILLI = 1_000_000;

    private final ReceiverRtt rtt = new ReceiverRtt();

    @Test
    void isNotKnownAtFirst() {
        assertEquals(0, rtt.nanos());
    }

    @Test
    void isTheSmallestSample() {
        rtt.onSample(20 * MILLI, 0);
        rtt.onSample(30 * MILLI, 1);
        assertEquals(20 * MILLI, rtt.nanos());
        rtt.onEcho(7, 10 * MILLI, 2);
        assertEquals(10 * MILLI, rtt.nanos());
        rtt.onEcho(8, 50 * MILLI, 3);
        assertEquals(10 * MILLI, rtt.nanos());
    }

    @Test
    void followsALongerPathAfterAMinute() {
        rtt.onSample(20 * MILLI, 0);
        rtt.onSample(90 * MILLI, ReceiverRtt.VALID_NANOS);
        assertEquals(20 * MILLI, rtt.nanos());
        rtt.onSample(90 * MILLI, ReceiverRtt.VALID_NANOS + 1);
        assertEquals(90 * MILLI, rtt.nanos());
    }

    @Test
    void aSampleSeenAgainStaysValid() {
        rtt.onSample(20 * MILLI, 0);
        rtt.onSample(20 * MILLI, ReceiverRtt.VALID_NANOS);
        rtt.onSample(90 * MILLI, ReceiverRtt.VALID_NANOS + 1);
        assertEquals(20 * MILLI, rtt.nanos());
    }

    @Test
    void theSameEchoCountsOnceAndNonsenseNever() {
        rtt.onEcho(7, 30 * MILLI, 0);
        rtt.onEcho(7, 5 * MILLI, 1);
        rtt.onEcho(8, 0, 2);
        rtt.onEcho(9, -MILLI, 3);
        assertEquals(30 * MILLI, rtt.nanos());
    }

    @Test
    void oneWindowTakesAtLeastARoundTrip() {
        int start = -500;
        rtt.onText(start, start + 1000, 0);
        rtt.onText(start + 999, start + 2000, 3 * MILLI);
        assertEquals(0, rtt.nanos());
        rtt.onText(start + 1000, start + 2000, 4 * MILLI);
        assertEquals(4 * MILLI, rtt.nanos());
        rtt.onText(start + 2000, start + 3000, 6 * MILLI);
        assertEquals(2 * MILLI, rtt.nanos());
        rtt.onText(start + 3000, start + 4000, 60 * MILLI);
        assertEquals(2 * MILLI, rtt.nanos());
    }
}
