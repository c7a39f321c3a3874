/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.culvert.CulvertChannelOption;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * Sockets of a kind, on the loopback address, and threads to use them. Closing it resets what is left, and fails when a
 * byte of a buffer is not released then.
 */
final class Sockets implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;
    private static final int MSL_MILLIS = 100;

    private final EventLoopGroup group;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final SocketFactory clients;
    private final ServerSocketFactory servers;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<Closeable> opened = new ConcurrentLinkedQueue<>();

    private Sockets(EventLoopGroup group, ChannelHandler path) {
        this.group = group;
        if (group == null) {
            clients = SocketFactory.getDefault();
            servers = ServerSocketFactory.getDefault();
            return;
        }
        CulvertSocketFactory some = new CulvertSocketFactory(group).with(ChannelOption.ALLOCATOR, allocator)
                .with(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS);
        CulvertServerSocketFactory listening = new CulvertServerSocketFactory(group)
                .with(ChannelOption.ALLOCATOR, allocator).with(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS);
        clients = path == null ? some : some.with(CulvertChannelOption.DATAGRAM_HANDLER, path);
        servers = path == null ? listening : listening.with(CulvertChannelOption.DATAGRAM_HANDLER, path);
    }

    static Sockets of(Kind kind) {
        return new Sockets(kind.isCulvert() ? kind.newGroup(2) : null, null);
    }

    /** Sockets of ours over a path of one's own. */
    static Sockets of(Kind kind, ChannelHandler path) {
        return new Sockets(kind.newGroup(2), path);
    }

    EventLoopGroup group() {
        return group;
    }

    /** Both ends of a session. */
    record Ends(Socket client, Socket server) {
    }

    ServerSocket listen() throws IOException {
        ServerSocket server = servers.createServerSocket();
        opened.add(server);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return server;
    }

    ServerSocket newServer() throws IOException {
        return kept(servers.createServerSocket());
    }

    Socket newSocket() throws IOException {
        return kept(clients.createSocket());
    }

    Socket connect(ServerSocket server) throws IOException {
        Socket socket = newSocket();
        socket.connect(server.getLocalSocketAddress());
        return socket;
    }

    Ends ends() throws Exception {
        ServerSocket server = listen();
        Socket client = connect(server);
        return new Ends(client, kept(server.accept()));
    }

    <C extends Closeable> C kept(C socket) {
        opened.add(socket);
        return socket;
    }

    /** Runs something in a thread of its own. */
    <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    /** As {@link #start}, and returns when the thread is about to do it. */
    <T> Future<T> begin(Callable<T> task) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Future<T> future = threads.submit(() -> {
            begun.countDown();
            return task.call();
        });
        begun.await();
        return future;
    }

    static <T> T result(Future<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for the task to throw what is expected, and gives it. */
    static <E extends Throwable> E failure(Class<E> expected, Future<?> future) {
        Throwable cause = assertThrows(ExecutionException.class,
                () -> future.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).getCause();
        return assertThrows(expected, () -> {
            throw cause;
        });
    }

    static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS)).untilAsserted(assertion);
    }

    static byte[] randomBytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws Exception {
        for (Closeable each : opened) {
            if (each instanceof Socket socket && socket.isConnected() && !socket.isClosed()) {
                reset(socket);
            }
            each.close();
        }
        threads.shutdown();
        threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (group != null) {
            eventually(() -> assertEquals(0, allocator.metric().usedDirectMemory(), "direct bytes not released"));
            group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
