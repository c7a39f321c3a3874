/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Stream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages leave for an echo server at a fixed rate, whether earlier ones are back or not, and each is timed from the
 * moment it should have left: a stall counts for every message that it holds up (G. Tene's "coordinated omission"). A
 * thread keeps the time, because not every transport's timers are finer than a millisecond.
 */
final class PacedWorkload implements Workload {
    private static final int MOST_WAITING = 100_000;

    private final Latencies latencies = new Latencies();
    private final Paced paced;
    private final long intervalNanos;
    private volatile boolean stopped;
    private Thread pacer;

    PacedWorkload(int messageBytes, int perSecond) {
        paced = new Paced(messageBytes, latencies);
        intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    @Override
    public void start(Contender contender, InetSocketAddress server) throws Exception {
        paced.connect(contender, server);
        paced.awaitOpened();
        pacer = new Thread(this::pace, "pacer");
        pacer.setDaemon(true);
        pacer.start();
    }

    private void pace() {
        long next = System.nanoTime();
        while (!stopped && paced.intended.size() < MOST_WAITING) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                paced.intended.add(next);
                paced.stream.execute(paced::send);
                next += intervalNanos;
            }
        }
    }

    @Override
    public void beginWindow() {
        latencies.beginWindow();
    }

    @Override
    public void endWindow(JsonObject answer) throws IOException {
        paced.checkAlive();
        if (!pacer.isAlive()) {
            throw new IOException(MOST_WAITING + " messages wait for their echo");
        }
        latencies.endWindow(answer);
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        if (pacer != null) {
            pacer.join();
        }
        paced.beginStop();
        paced.awaitStop();
    }

    private static final class Paced extends Client {
        private final int messageBytes;
        private final Latencies latencies;
        private final ConcurrentLinkedQueue<Long> intended = new ConcurrentLinkedQueue<>();
        private volatile Stream stream;
        private int missing;

        Paced(int messageBytes, Latencies latencies) {
            this.messageBytes = messageBytes;
            this.latencies = latencies;
            missing = messageBytes;
        }

        @Override
        public void opened(Stream opened) {
            stream = opened;
            super.opened(opened);
        }

        private void send() {
            stream.write(messageBytes);
            stream.flush();
        }

        @Override
        public void received(Stream from, int bytes) {
            missing -= bytes;
            if (missing <= 0) {
                long now = System.nanoTime();
                while (missing <= 0) {
                    latencies.record(now - intended.remove());
                    missing += messageBytes;
                }
            }
        }
    }
}
