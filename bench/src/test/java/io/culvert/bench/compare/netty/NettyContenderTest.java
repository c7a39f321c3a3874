/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import io.netty.channel.epoll.Epoll;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NettyContenderTest {
    private static final int BYTES = 64;

    /** Answers what it hears and says how many bytes that were. */
    private static class Echo implements StreamHandler {
        private int bytes;

        @Override
        public void opened(Stream stream) {
            assertEquals(0, bytes);
        }

        @Override
        public void received(Stream stream, int more) {
            bytes += more;
        }

        @Override
        public void receivedAll(Stream stream) {
            stream.write(bytes);
            stream.flush();
            bytes = 0;
        }

        @Override
        public void writable(Stream stream) {
            stream.flush();
        }

        @Override
        public void closed(Stream stream, Throwable cause) {
            bytes = 0;
        }
    }

    /** Sends a message and waits for as much to come back. */
    private static final class Client extends Echo {
        private final CompletableFuture<Integer> answer = new CompletableFuture<>();
        private int heard;

        @Override
        public void opened(Stream stream) {
            stream.write(BYTES);
            stream.flush();
        }

        @Override
        public void received(Stream stream, int more) {
            heard += more;
        }

        @Override
        public void receivedAll(Stream stream) {
            if (heard >= BYTES) {
                answer.complete(heard);
                stream.close();
            }
        }

        @Override
        public void closed(Stream stream, Throwable cause) {
            answer.completeExceptionally(new IllegalStateException("closed with " + heard + " bytes", cause));
        }
    }

    @ParameterizedTest
    @CsvSource({"tcp, nio", "tcp, epoll", "tcp+cubic, epoll", "tcp+tls+newreno, epoll", "culvert, nio",
        "culvert+bbr, nio", "culvert+cubic, epoll", "culvert+tls, epoll"})
    void everyConnectionEchoes(String name, String io) throws Exception {
        assumeTrue(!io.equals("epoll") || Epoll.isAvailable());
        Setup setup = Setup.parse(name, io, 1500);
        NettyFactory factory = NettyFactory.valueOf(setup.system().toUpperCase(Locale.ROOT));
        try (Contender server = factory.open(setup); Contender client = factory.open(setup)) {
            int port = server.listen(Echo::new);
            for (int i = 0; i < 3; i++) {
                Client handler = new Client();
                client.connect(new InetSocketAddress("127.0.0.1", port), handler);
                assertEquals(BYTES, handler.answer.get(20, TimeUnit.SECONDS));
            }
        }
    }
}
