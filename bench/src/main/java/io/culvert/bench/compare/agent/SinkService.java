/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of every stream. */
final class SinkService implements Service {
    private final List<Sink> open = new CopyOnWriteArrayList<>();
    private List<Sink> measured = List.of();

    @Override
    public StreamHandler get() {
        return new Sink();
    }

    @Override
    public int openStreams() {
        return open.size();
    }

    @Override
    public void beginWindow() {
        measured = List.copyOf(open);
        measured.forEach(sink -> sink.atBegin = sink.bytes.get());
    }

    @Override
    public void endWindow(JsonObject answer) {
        JsonArray streams = new JsonArray();
        long sum = 0;
        for (Sink sink : measured) {
            long bytes = sink.bytes.get() - sink.atBegin;
            sum += bytes;
            streams.add(bytes);
        }
        answer.addProperty("bytes", sum);
        answer.add("streamBytes", streams);
        measured = List.of();
    }

    private final class Sink implements StreamHandler {
        private final AtomicLong bytes = new AtomicLong();
        private long atBegin;

        @Override
        public void opened(Stream stream) {
            open.add(this);
        }

        @Override
        public void received(Stream stream, int count) {
            bytes.lazySet(bytes.getPlain() + count);
        }

        @Override
        public void receivedAll(Stream stream) {
        }

        @Override
        public void writable(Stream stream) {
        }

        @Override
        public void closed(Stream stream, Throwable cause) {
            open.remove(this);
        }
    }
}
