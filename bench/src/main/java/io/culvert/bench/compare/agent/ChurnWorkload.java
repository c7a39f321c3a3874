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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A connection is opened, a message goes to an echo server and back, and the connection is closed, over and over. */
final class ChurnWorkload implements Workload {
    private static final int MESSAGE_BYTES = 64;
    private static final int MOST_FAILURES = 100;
    private static final int STOP_SECONDS = 5;

    private final int inFlight;
    private final AtomicLong done = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch idle;
    private volatile Throwable lastFailure;
    private volatile boolean stopping;
    private Contender contender;
    private InetSocketAddress server;
    private long doneAtBegin;
    private int failuresAtBegin;

    ChurnWorkload(int inFlight) {
        this.inFlight = inFlight;
        idle = new CountDownLatch(inFlight);
    }

    @Override
    public void start(Contender with, InetSocketAddress to) {
        contender = with;
        server = to;
        for (int i = 0; i < inFlight; i++) {
            next();
        }
    }

    private void next() {
        if (stopping || failures.get() >= MOST_FAILURES) {
            idle.countDown();
            return;
        }
        try {
            contender.connect(server, new Call());
        } catch (Exception e) {
            failed(e);
            idle.countDown();
        }
    }

    private void failed(Throwable cause) {
        lastFailure = cause;
        failures.incrementAndGet();
    }

    @Override
    public void beginWindow() {
        doneAtBegin = done.get();
        failuresAtBegin = failures.get();
    }

    @Override
    public void endWindow(JsonObject answer) throws IOException {
        if (failures.get() >= MOST_FAILURES || idle.getCount() == 0) {
            throw new IOException(failures.get() + " connections failed, the last: " + lastFailure);
        }
        answer.addProperty("count", done.get() - doneAtBegin);
        answer.addProperty("failures", failures.get() - failuresAtBegin);
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        idle.await(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private final class Call implements StreamHandler {
        private int missing = MESSAGE_BYTES;

        @Override
        public void opened(Stream stream) {
            stream.write(MESSAGE_BYTES);
            stream.flush();
        }

        @Override
        public void received(Stream stream, int bytes) {
            missing -= bytes;
            if (missing == 0) {
                stream.close();
            }
        }

        @Override
        public void receivedAll(Stream stream) {
        }

        @Override
        public void writable(Stream stream) {
        }

        @Override
        public void closed(Stream stream, Throwable cause) {
            if (missing == 0) {
                done.incrementAndGet();
            } else {
                failed(cause);
            }
            next();
        }
    }
}
