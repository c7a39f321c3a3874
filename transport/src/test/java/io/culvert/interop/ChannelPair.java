/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import org.awaitility.Awaitility;

/** One open connection whose ends are both Netty channels, each the kernel's or ours. */
final class ChannelPair implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Channel listener;
    private final StreamRecord accepted;
    private final StreamRecord connected;

    private ChannelPair(Channel listener, StreamRecord accepted, StreamRecord connected) {
        this.listener = listener;
        this.accepted = accepted;
        this.connected = connected;
    }

    /** Where to connect to in order to reach a bound address. */
    interface Route {
        InetSocketAddress to(InetSocketAddress bound) throws Exception;
    }

    /** The bootstraps have their groups, channels and options; the handlers are set here. */
    static ChannelPair open(ServerBootstrap server, InetAddress host, Route route, Bootstrap client) throws Exception {
        StreamRecord accepted = new StreamRecord();
        StreamRecord connected = new StreamRecord();
        Channel listener = server.childHandler(accepted).bind(host, 0).sync().channel();
        client.handler(connected).connect(route.to((InetSocketAddress) listener.localAddress())).sync();
        return new ChannelPair(listener, accepted, connected);
    }

    SocketChannel accepted() throws Exception {
        return Blocking.join(accepted.active());
    }

    SocketChannel connected() throws Exception {
        return Blocking.join(connected.active());
    }

    /** Both ways at once, to the end of input; the time until the last of both has arrived. Once for each pair. */
    Duration exchange(byte[] up, byte[] down) throws Exception {
        SocketChannel near = connected();
        SocketChannel far = accepted();
        long begin = System.nanoTime();
        CompletableFuture<Void> sentUp = connected.send(up).thenRun(near::shutdownOutput);
        CompletableFuture<Void> sentDown = accepted.send(down).thenRun(far::shutdownOutput);
        Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).untilAsserted(() -> {
            assertEquals(List.of("active", "end of input after " + up.length + " bytes"), accepted.events());
            assertEquals(List.of("active", "end of input after " + down.length + " bytes"), connected.events());
        });
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        Blocking.join(sentUp);
        Blocking.join(sentDown);
        assertEquals(RandomBytes.sha256(up), RandomBytes.sha256(accepted.received()));
        assertEquals(RandomBytes.sha256(down), RandomBytes.sha256(connected.received()));
        return taken;
    }

    @Override
    public void close() throws Exception {
        for (StreamRecord end : List.of(connected, accepted)) {
            if (end.active().isDone()) {
                end.active().join().close().sync();
            }
        }
        listener.close().sync();
    }
}
