/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session costs the server while nothing happens: everything counts, the channel and Netty's part too. */
class IdleSessionHeapTest {
    private static final int SESSIONS = 2000;
    private static final int WARM_UP_SESSIONS = 100;
    private static final int MOST_BYTES = 3072;
    /** More than the timers of a session take that is idle now, or has drawn memory for its buffers. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void aSessionThatHasSentAndReceivedTakesThreeKibibytesAtMost(int answerBytes) {
        try (CrowdedWorld crowded = new CrowdedWorld(WARM_UP_SESSIONS + SESSIONS, new Answering(answerBytes))) {
            crowded.connectAndAsk(0, WARM_UP_SESSIONS, answerBytes);
            crowded.world().runFor(QUIET);
            // a histogram is on the heap itself: one while the first is taken, one while the last is
            HeapHistogram[] held = {HeapHistogram.now()};
            held[0] = HeapHistogram.now();
            crowded.connectAndAsk(WARM_UP_SESSIONS, WARM_UP_SESSIONS + SESSIONS, answerBytes);
            crowded.world().runFor(QUIET);
            HeapHistogram sessions = HeapHistogram.now().since(held[0]);
            assertTrue(sessions.total() <= (long) SESSIONS * MOST_BYTES, () -> sessions.perThing(SESSIONS));
        }
    }
}
