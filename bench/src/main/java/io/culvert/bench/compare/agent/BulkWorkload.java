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
import java.util.ArrayList;
import java.util.List;

/** Streams that are written to as fast as they take it. */
final class BulkWorkload implements Workload {
    private static final int CHUNK_BYTES = 1 << 16;
    private final int streams;
    private final List<Source> sources = new ArrayList<>();

    BulkWorkload(int streams) {
        this.streams = streams;
    }

    @Override
    public void start(Contender contender, InetSocketAddress server) throws Exception {
        for (int i = 0; i < streams; i++) {
            Source source = new Source();
            sources.add(source);
            source.connect(contender, server);
        }
        for (Source source : sources) {
            source.awaitOpened();
        }
    }

    @Override
    public void beginWindow() {
    }

    @Override
    public void endWindow(JsonObject answer) throws IOException {
        for (Source source : sources) {
            source.checkAlive();
        }
    }

    @Override
    public void stop() throws InterruptedException {
        sources.forEach(Client::beginStop);
        for (Source source : sources) {
            source.awaitStop();
        }
    }

    private static final class Source extends Client {
        @Override
        public void opened(Stream stream) {
            super.opened(stream);
            fill(stream);
        }

        @Override
        public void writable(Stream stream) {
            fill(stream);
        }

        private void fill(Stream stream) {
            if (isStopping()) {
                return;
            }
            while (stream.isWritable()) {
                stream.write(CHUNK_BYTES);
            }
            stream.flush();
        }
    }
}
