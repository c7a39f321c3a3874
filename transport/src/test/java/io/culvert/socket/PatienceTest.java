/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.SelectStrategy;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a thread that waits looks again, and when it sleeps. */
class PatienceTest {
    private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long SHORT = 50 * MICRO;
    private static final long MEDIUM = 300 * MICRO;
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(5);

    private final Patience patience = new Patience();
    private long now = -LONG;

    /** Waits for something that comes after so long, looking every microsecond, and answers how long it looked. */
    private long waits(long nanos) {
        long began = now;
        long looked = 0;
        while (now - began < nanos && patience.looksAgain(now)) {
            now += MICRO;
            looked += MICRO;
        }
        now = began + nanos;
        patience.ends(now);
        return looked;
    }

    private void waits(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            assertEquals(0, waits(nanos));
        }
    }

    @Test
    void sleepsWhereNothingComesSoon() {
        waits(1000, LONG);
    }

    @Test
    void triesAfterSixteenShortSleepsAndLooksAsLongAsItIsWorthIt() {
        waits(16, MEDIUM);
        for (int i = 0; i < 100; i++) {
            assertEquals(SHORT, waits(SHORT));
        }
    }

    @Test
    void oneVainTryEndsIt() {
        waits(16, MEDIUM);
        assertEquals(Patience.LOOK_NANOS, waits(MEDIUM));
        waits(15, MEDIUM);
        assertEquals(Patience.LOOK_NANOS, waits(MEDIUM));
    }

    @Test
    void nineLooksInVainAreTooMany() {
        waits(16, MEDIUM);
        for (int i = 0; i < 20; i++) {
            waits(SHORT);
        }
        for (int i = 0; i < 8; i++) {
            assertEquals(Patience.LOOK_NANOS, waits(LONG));
        }
        waits(1000, LONG);
    }

    @Test
    void anEventLoopSleepsInTheKernelUntilItIsWokenSoon() throws Exception {
        MockTicker ticker = Ticker.newMockTicker();
        WakefulSelect select = new WakefulSelect(ticker, () -> false);
        for (int i = 0; i < 16; i++) {
            assertEquals(SelectStrategy.SELECT, select.calculateStrategy(() -> 0, false));
            ticker.advance(MEDIUM, TimeUnit.NANOSECONDS);
        }
        assertEquals(SelectStrategy.CONTINUE, select.calculateStrategy(() -> 0, false));
        ticker.advance(SHORT, TimeUnit.NANOSECONDS);
        assertEquals(3, select.calculateStrategy(() -> 3, false));
        assertEquals(SelectStrategy.CONTINUE, select.calculateStrategy(() -> 0, false));
        ticker.advance(Patience.LOOK_NANOS, TimeUnit.NANOSECONDS);
        assertEquals(SelectStrategy.SELECT, select.calculateStrategy(() -> 0, false));
    }

    @Test
    void anEventLoopHasSeenTheTasksComeThatCameWhileItLooked() throws Exception {
        MockTicker ticker = Ticker.newMockTicker();
        boolean[] tasks = new boolean[1];
        WakefulSelect select = new WakefulSelect(ticker, () -> tasks[0]);
        for (int i = 0; i < 16; i++) {
            assertEquals(SelectStrategy.SELECT, select.calculateStrategy(() -> 0, false));
            ticker.advance(MEDIUM, TimeUnit.NANOSECONDS);
        }
        for (int i = 0; i < 100; i++) {
            tasks[0] = false;
            assertEquals(SelectStrategy.CONTINUE, select.calculateStrategy(() -> 0, false));
            ticker.advance(SHORT, TimeUnit.NANOSECONDS);
            tasks[0] = true;
            assertEquals(SelectStrategy.CONTINUE, select.calculateStrategy(() -> 0, false));
            ticker.advance(SHORT, TimeUnit.NANOSECONDS);
        }
    }

    @Test
    void anEventLoopWithTasksOnlyLooksForEvents() throws Exception {
        WakefulSelect select = new WakefulSelect(Ticker.newMockTicker(), () -> true);
        assertEquals(0, select.calculateStrategy(() -> 0, true));
        assertEquals(7, select.calculateStrategy(() -> 7, true));
    }
}
