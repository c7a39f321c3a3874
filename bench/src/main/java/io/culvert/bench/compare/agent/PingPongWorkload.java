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

/** One message at a time goes to an echo server and back; the next one leaves when the last one is here. */
final class PingPongWorkload implements Workload {
    private final Latencies latencies = new Latencies();
    private final Ping ping;

    PingPongWorkload(int messageBytes) {
        ping = new Ping(messageBytes, latencies);
    }

    @Override
    public void start(Contender contender, InetSocketAddress server) throws Exception {
        ping.connect(contender, server);
        ping.awaitOpened();
    }

    @Override
    public void beginWindow() {
        latencies.beginWindow();
    }

    @Override
    public void endWindow(JsonObject answer) throws IOException {
        ping.checkAlive();
        latencies.endWindow(answer);
    }

    @Override
    public void stop() throws InterruptedException {
        ping.beginStop();
        ping.awaitStop();
    }

    private static final class Ping extends Client {
        private final int messageBytes;
        private final Latencies latencies;
        private int missing;
        private long sentNanos;

        Ping(int messageBytes, Latencies latencies) {
            this.messageBytes = messageBytes;
            this.latencies = latencies;
        }

        @Override
        public void opened(Stream stream) {
            super.opened(stream);
            send(stream);
        }

        private void send(Stream stream) {
            missing = messageBytes;
            sentNanos = System.nanoTime();
            stream.write(messageBytes);
            stream.flush();
        }

        @Override
        public void received(Stream stream, int bytes) {
            missing -= bytes;
            if (missing <= 0) {
                latencies.record(System.nanoTime() - sentNanos);
                if (!isStopping()) {
                    send(stream);
                }
            }
        }
    }
}
