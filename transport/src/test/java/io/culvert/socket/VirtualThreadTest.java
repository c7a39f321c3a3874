/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets on virtual threads. */
class VirtualThreadTest {
    private static final int THREADS = 200;
    private static final int MESSAGES = 20;
    private static final int MESSAGE_BYTES = 1_000;

    @TempDir
    private Path directory;

    @EveryKind
    void manyEchoesPinNoCarrier(Kind kind) throws Exception {
        VirtualThreads.assumed();
        Path file = directory.resolve("pinned.jfr");
        try (Recording recording = new Recording(); Sockets sockets = Sockets.of(kind)) {
            recording.enable("jdk.VirtualThreadPinned").withStackTrace().withoutThreshold();
            recording.start();
            echoes(sockets);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> ours =
                RecordingFile.readAllEvents(file).stream().filter(VirtualThreadTest::isOfASocket).toList();
        assertEquals(List.of(), ours);
    }

    /** The loading of a class may pin, too. */
    private static boolean isOfASocket(RecordedEvent event) {
        return event.getStackTrace() != null && event.getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("io.culvert.socket")
                        && !frame.getMethod().getType().getName().contains("Test"));
    }

    private static void echoes(Sockets sockets) throws Exception {
        ServerSocket server = sockets.newServer();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), THREADS);
        List<Future<byte[]>> received = new ArrayList<>();
        VirtualThreads.run(() -> {
            for (int i = 0; i < THREADS; i++) {
                Socket accepted = sockets.kept(server.accept());
                VirtualThreads.run(() -> accepted.getInputStream().transferTo(accepted.getOutputStream()));
            }
            return null;
        });
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            received.add(VirtualThreads.run(() -> {
                Socket client = sockets.connect(server);
                byte[] all = new byte[MESSAGES * MESSAGE_BYTES];
                for (int at = 0; at < all.length; at += MESSAGE_BYTES) {
                    byte[] message = Sockets.randomBytes(MESSAGE_BYTES, seed + at);
                    client.getOutputStream().write(message);
                    assertArrayEquals(message, client.getInputStream().readNBytes(MESSAGE_BYTES));
                    System.arraycopy(message, 0, all, at, MESSAGE_BYTES);
                }
                return all;
            }));
        }
        for (Future<byte[]> each : received) {
            assertEquals(MESSAGES * MESSAGE_BYTES, Sockets.result(each).length);
        }
    }

    @EveryKind
    void anInterruptClosesTheSocketThatAVirtualThreadReads(Kind kind) throws Exception {
        VirtualThreads.assumed();
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            FutureTask<Integer> reading = new FutureTask<>(() -> ends.server().getInputStream().read());
            Thread reader = VirtualThreads.start(reading);
            Sockets.eventually(() -> assertEquals(Thread.State.WAITING, reader.getState()));
            reader.interrupt();
            assertEquals("Closed by interrupt", Sockets.failure(SocketException.class, reading).getMessage());
            assertTrue(ends.server().isClosed());
        }
    }

    @EveryKind
    void anInterruptClosesTheSocketThatAVirtualThreadAcceptsFrom(Kind kind) throws Exception {
        VirtualThreads.assumed();
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.listen();
            FutureTask<Socket> accepting = new FutureTask<>(server::accept);
            Thread acceptor = VirtualThreads.start(accepting);
            Sockets.eventually(() -> assertEquals(Thread.State.WAITING, acceptor.getState()));
            acceptor.interrupt();
            assertEquals("Closed by interrupt", Sockets.failure(SocketException.class, accepting).getMessage());
            assertTrue(server.isClosed());
        }
    }

    /** A thread that waits in a monitor pins its carrier before JDK 24. */
    @Test
    void noSocketWaitsInAMonitor() throws Exception {
        Path sources = Path.of(System.getProperty("basedir", "."), "src", "main", "java", "io", "culvert", "socket");
        try (Stream<Path> files = Files.list(sources)) {
            List<Path> all = files.filter(file -> file.toString().endsWith(".java")).toList();
            assertTrue(all.size() > 10, all::toString);
            for (Path file : all) {
                String source = Files.readString(file);
                assertTrue(!source.contains("synchronized") && !source.contains(".wait("), file::toString);
            }
        }
    }
}
