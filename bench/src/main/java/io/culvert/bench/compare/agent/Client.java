/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One stream of a client's: whether it opened, whether it lives, how it ends. */
abstract class Client implements StreamHandler {
    private static final int OPEN_SECONDS = 10;
    private static final int CLOSE_SECONDS = 2;

    private final CountDownLatch openedOrFailed = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Stream stream;
    private volatile boolean stopping;
    private volatile Throwable cause;

    final void connect(Contender contender, InetSocketAddress server) throws Exception {
        contender.connect(server, this);
    }

    final void awaitOpened() throws IOException, InterruptedException {
        if (!openedOrFailed.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("no stream within " + OPEN_SECONDS + " s");
        }
        checkAlive();
    }

    /** Throws if the stream has ended by itself. */
    final void checkAlive() throws IOException {
        if (over.getCount() == 0 && !stopping) {
            throw new IOException(stream == null ? "no connection" + because() : "a stream ended" + because());
        }
    }

    private String because() {
        return cause == null ? "" : ": " + cause;
    }

    /** Whether it should send nothing more. */
    final boolean isStopping() {
        return stopping;
    }

    final void beginStop() {
        stopping = true;
        if (stream != null) {
            stream.execute(stream::close);
        }
    }

    final void awaitStop() throws InterruptedException {
        if (stream != null && !over.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            stream.execute(stream::abort);
            over.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void opened(Stream opened) {
        stream = opened;
        openedOrFailed.countDown();
    }

    @Override
    public void received(Stream from, int bytes) {
    }

    @Override
    public void receivedAll(Stream from) {
    }

    @Override
    public void writable(Stream to) {
    }

    @Override
    public final void closed(Stream ended, Throwable why) {
        cause = why;
        over.countDown();
        openedOrFailed.countDown();
    }
}
