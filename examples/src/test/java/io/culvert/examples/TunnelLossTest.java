/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tunnel over a bad network. */
@Timeout(120)
class TunnelLossTest {
    private static final int DOWNLOADS = 100;
    private static final long BYTES = 300_000;
    /** With loopback's MTU a download would be a handful of segments. */
    private static final int ETHERNET = 1500;

    /** Loses two of a hundred datagrams that leave a UDP socket, and counts them. */
    @Sharable
    static final class TwoPercent extends ChannelInitializer<Channel> {
        private final AtomicLong sockets = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();

        long lost() {
            return lost.get();
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addAfter(channel.pipeline().context(this).name(), "lossy-path",
                    new LossyPath(0.02, 0, sockets.incrementAndGet(), datagram -> lost.incrementAndGet()));
        }
    }

    @Test
    void aHundredDownloadsAtOnceAreByteExact() throws Exception {
        ExecutorService programs = Executors.newCachedThreadPool();
        TwoPercent loss = new TwoPercent();
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, IoKind.NIO).open(forwarder -> forwarder
                        .culvertOption(CulvertChannelOption.DATAGRAM_HANDLER, loss)
                        .culvertOption(CulvertChannelOption.INTERFACE_MTU, ETHERNET))) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < DOWNLOADS; i++) {
                all.add(programs.submit(() -> {
                    try (Socket socket = TunnelPair.accepted(server)) {
                        int seed = socket.getInputStream().read();
                        Bytes.write(socket.getOutputStream(), seed, BYTES);
                        assertEquals(-1, socket.getInputStream().read());
                    }
                    return null;
                }));
                int seed = i;
                all.add(programs.submit(() -> {
                    try (Socket client = tunnel.connect()) {
                        client.getOutputStream().write(seed);
                        client.shutdownOutput();
                        Bytes.expect(client.getInputStream(), seed, BYTES);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            tunnel.entranceLines(DOWNLOADS).forEach(line -> assertTrue(line.endsWith("): finished"), line));
            tunnel.exitLines(DOWNLOADS).forEach(line -> assertTrue(line.endsWith("): finished"), line));
            // 1,448 bytes a segment: some 400 with data are lost, and more without
            assertTrue(loss.lost() > 3 * DOWNLOADS, () -> loss.lost() + " lost");
        } finally {
            programs.shutdownNow();
        }
    }
}
