/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends back as much as comes. One handler serves all streams, so that they cost nothing here. */
final class EchoService implements Service, StreamHandler {
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public StreamHandler get() {
        return this;
    }

    @Override
    public int openStreams() {
        return open.get();
    }

    @Override
    public void beginWindow() {
    }

    @Override
    public void endWindow(JsonObject answer) {
        answer.addProperty("openStreams", open.get());
    }

    @Override
    public void opened(Stream stream) {
        open.incrementAndGet();
    }

    @Override
    public void received(Stream stream, int bytes) {
        stream.write(bytes);
    }

    @Override
    public void receivedAll(Stream stream) {
        stream.flush();
    }

    @Override
    public void writable(Stream stream) {
    }

    @Override
    public void closed(Stream stream, Throwable cause) {
        if (stream != null) {
            open.decrementAndGet();
        }
    }
}
