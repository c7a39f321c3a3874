/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Streams that have carried a byte to an echo server and back, and then rest. */
final class HoldWorkload implements Workload {
    private static final int AT_ONCE = 64;
    private static final int OPEN_SECONDS = 10;
    /** At least, of whoever is not given up. */
    private static final int OPENED_PER_SECOND = 200;
    private static final int CLOSE_SECONDS = 10;

    private final int streams;
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch held;
    private final Set<Held> open = ConcurrentHashMap.newKeySet();
    private volatile Throwable failure;
    private volatile boolean stopping;
    private Contender contender;
    private InetSocketAddress server;

    HoldWorkload(int streams) {
        this.streams = streams;
        held = new CountDownLatch(streams);
    }

    @Override
    public void start(Contender with, InetSocketAddress to) throws Exception {
        contender = with;
        server = to;
        for (int i = 0; i < Math.min(AT_ONCE, streams); i++) {
            next();
        }
        int seconds = OPEN_SECONDS + streams / OPENED_PER_SECOND;
        if (!held.await(seconds, TimeUnit.SECONDS) && failure == null) {
            throw new IOException(held.getCount() + " of " + streams + " streams did not open within " + seconds
                    + " s");
        }
        check();
    }

    private void next() {
        if (failure != null || begun.incrementAndGet() > streams) {
            return;
        }
        try {
            contender.connect(server, new Held());
        } catch (Exception e) {
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        failure = cause == null ? new IOException("a stream ended") : cause;
        while (held.getCount() > 0) {
            held.countDown();
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException("only " + open.size() + " of " + streams + " streams: " + failure, failure);
        }
    }

    @Override
    public void beginWindow() {
    }

    @Override
    public void endWindow(JsonObject answer) throws IOException {
        check();
        answer.addProperty("streams", open.size());
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        for (Held one : open) {
            one.stream.execute(one.stream::abort);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            Pause.millis(1);
        }
    }

    private final class Held implements StreamHandler {
        private volatile Stream stream;

        @Override
        public void opened(Stream opened) {
            stream = opened;
            open.add(this);
            opened.write(1);
            opened.flush();
        }

        @Override
        public void received(Stream from, int bytes) {
            held.countDown();
            next();
        }

        @Override
        public void receivedAll(Stream from) {
        }

        @Override
        public void writable(Stream to) {
        }

        @Override
        public void closed(Stream ended, Throwable cause) {
            open.remove(this);
            if (!stopping) {
                fail(cause);
            }
        }
    }
}
