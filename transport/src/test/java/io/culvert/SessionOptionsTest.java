/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.culvert.session.SessionConfig;
import io.netty.channel.ChannelOption;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Settings that sessions share, and which any thread may change. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionOptionsTest {
    private static final int ROUNDS = 100_000;

    @Test
    void whatSessionsShareStaysAsItIs() {
        SessionOptions options = new SessionOptions();
        SessionConfig shared = options.share();
        options.set(CulvertChannelOption.RTO_MIN_MILLIS, 300);
        assertNotSame(shared, options.session());
        assertEquals(200_000_000, shared.minRtoNanos);
        assertEquals(300_000_000, options.session().minRtoNanos);
    }

    @Test
    void twoThreadsThatSetTheFirstOptionsLoseNone() throws Exception {
        SessionOptions[] options = new SessionOptions[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            options[i] = new SessionOptions();
            options[i].share();
        }
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> setAll(options, CulvertChannelOption.RTO_MIN_MILLIS, 300, start));
            Future<?> other = threads.submit(() -> setAll(options, ChannelOption.SO_SNDBUF, 4000, start));
            one.get();
            other.get();
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.SECONDS);
        }
        for (SessionOptions each : options) {
            assertEquals(300, each.get(CulvertChannelOption.RTO_MIN_MILLIS));
            assertEquals(4000, each.get(ChannelOption.SO_SNDBUF));
        }
    }

    private static Void setAll(SessionOptions[] options, ChannelOption<Integer> option, int value, CyclicBarrier start)
            throws Exception {
        start.await();
        for (SessionOptions each : options) {
            each.set(option, value);
        }
        return null;
    }
}
