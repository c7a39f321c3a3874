/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TCP programs at both ends of a tunnel: what they would see of each other they see through it. */
@Timeout(120)
class TunnelTest {
    private static final long UP_BYTES = 3_000_001;
    private static final long DOWN_BYTES = 5_000_003;
    private static final int UP = 1;
    private static final int DOWN = 2;
    private static final Pattern STATISTIC = Pattern.compile("closed 127\\.0\\.0\\.1:\\d+ \\((\\d+) bytes up, "
            + "(\\d+) bytes down, \\d+\\.\\d{3} s, rtt \\d+\\.\\d{3} ms, \\d+ retransmissions\\): (.*)");

    private final ExecutorService programs = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        programs.shutdownNow();
    }

    static Stream<IoKind> kinds() {
        return Stream.of(IoKind.NIO, IoKind.EPOLL, IoKind.IO_URING)
                .filter(io -> io != IoKind.EPOLL || Epoll.isAvailable())
                .filter(io -> io != IoKind.IO_URING || IoUring.isAvailable());
    }

    private static void assertStatistic(String line, long up, long down, String ending) {
        Matcher statistic = STATISTIC.matcher(line);
        assertTrue(statistic.matches(), line);
        assertEquals(List.of(up + "", down + "", ending),
                List.of(statistic.group(1), statistic.group(2), statistic.group(3)), line);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theClientEndsItsOutputFirst(IoKind io) throws Exception {
        try (ServerSocket server = TunnelPair.newServer(); TunnelPair tunnel = TunnelPair.to(server, io).open()) {
            Future<?> answer = programs.submit(() -> {
                try (Socket socket = TunnelPair.accepted(server)) {
                    Bytes.expect(socket.getInputStream(), UP, UP_BYTES);
                    Bytes.write(socket.getOutputStream(), DOWN, DOWN_BYTES);
                }
                return null;
            });
            try (Socket socket = tunnel.connect()) {
                Bytes.write(socket.getOutputStream(), UP, UP_BYTES);
                socket.shutdownOutput();
                Bytes.expect(socket.getInputStream(), DOWN, DOWN_BYTES);
            }
            answer.get();
            assertStatistic(tunnel.entranceLines(1).get(0), UP_BYTES, DOWN_BYTES, "finished");
            assertStatistic(tunnel.exitLines(1).get(0), UP_BYTES, DOWN_BYTES, "finished");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theServerEndsItsOutputFirst(IoKind io) throws Exception {
        try (ServerSocket server = TunnelPair.newServer(); TunnelPair tunnel = TunnelPair.to(server, io).open()) {
            Future<?> answer = programs.submit(() -> {
                try (Socket socket = TunnelPair.accepted(server)) {
                    Bytes.write(socket.getOutputStream(), DOWN, DOWN_BYTES);
                    socket.shutdownOutput();
                    Bytes.expect(socket.getInputStream(), UP, UP_BYTES);
                }
                return null;
            });
            try (Socket socket = tunnel.connect()) {
                Bytes.expect(socket.getInputStream(), DOWN, DOWN_BYTES);
                Bytes.write(socket.getOutputStream(), UP, UP_BYTES);
            }
            answer.get();
            assertStatistic(tunnel.entranceLines(1).get(0), UP_BYTES, DOWN_BYTES, "finished");
            assertStatistic(tunnel.exitLines(1).get(0), UP_BYTES, DOWN_BYTES, "finished");
        }
    }

    @Test
    void bothSendAtOnce() throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, IoKind.NIO).open();
                Socket client = tunnel.connect();
                Socket socket = TunnelPair.accepted(server)) {
            List<Future<?>> all = List.of(
                    programs.submit(() -> send(client, UP, 20_000_000)),
                    programs.submit(() -> send(socket, DOWN, 20_000_000)),
                    programs.submit(() -> expect(client, DOWN, 20_000_000)),
                    programs.submit(() -> expect(socket, UP, 20_000_000)));
            for (Future<?> one : all) {
                one.get();
            }
            assertStatistic(tunnel.exitLines(1).get(0), 20_000_000, 20_000_000, "finished");
        }
    }

    private static Void send(Socket socket, int seed, long count) throws IOException {
        Bytes.write(socket.getOutputStream(), seed, count);
        socket.shutdownOutput();
        return null;
    }

    private static Void expect(Socket socket, int seed, long count) throws IOException {
        Bytes.expect(socket.getInputStream(), seed, count);
        return null;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void assertReset(Socket socket) {
        IOException end = assertThrows(IOException.class, () -> socket.getInputStream().read());
        assertTrue(end.getMessage().contains("reset"), end::toString);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aResetOfTheClientReachesTheServer(IoKind io) throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, io).open();
                Socket client = tunnel.connect();
                Socket socket = TunnelPair.accepted(server)) {
            client.getOutputStream().write(UP);
            assertEquals(UP, socket.getInputStream().read());
            reset(client);
            assertReset(socket);
            assertTrue(tunnel.entranceLines(1).get(0).contains("): tcp: "), tunnel.entranceLines(1)::toString);
            assertStatistic(tunnel.exitLines(1).get(0), 1, 0, "culvert: Connection reset by peer");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aResetOfTheServerReachesTheClient(IoKind io) throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, io).open();
                Socket client = tunnel.connect();
                Socket socket = TunnelPair.accepted(server)) {
            socket.getOutputStream().write(DOWN);
            assertEquals(DOWN, client.getInputStream().read());
            reset(socket);
            assertReset(client);
            assertStatistic(tunnel.entranceLines(1).get(0), 0, 1, "culvert: Connection reset by peer");
            assertTrue(tunnel.exitLines(1).get(0).contains("): tcp: "), tunnel.exitLines(1)::toString);
        }
    }

    @Test
    void aResetAfterAHalfCloseIsAReset() throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, IoKind.NIO).open();
                Socket client = tunnel.connect();
                Socket socket = TunnelPair.accepted(server)) {
            client.shutdownOutput();
            assertEquals(-1, socket.getInputStream().read());
            reset(socket);
            assertReset(client);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoIsRefusedAtTheFarEndIsResetAtTheNearOne(IoKind io) throws Exception {
        ServerSocket gone = TunnelPair.newServer();
        gone.close();
        try (TunnelPair tunnel = TunnelPair.to(gone, io).open(); Socket client = tunnel.connect()) {
            assertReset(client);
            String line = tunnel.exitLines(1).get(0);
            assertTrue(line.contains("): cannot connect: ") && line.toLowerCase().contains("refused"), line);
            assertStatistic(tunnel.entranceLines(1).get(0), 0, 0, "culvert: Connection reset by peer");
        }
    }

    @Test
    void whereNoTunnelEndsTheClientIsReset() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (CommandRun entrance = CommandRun.start("tunnel", "--listen", "tcp://127.0.0.1:0", "--to",
                        "culvert://127.0.0.1:" + port);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), entrance.port())) {
            assertReset(client);
            entrance.awaitOut("cannot connect: ");
            assertTrue(entrance.out().toLowerCase().contains("refused"), entrance::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aConsumerThatDoesNotReadStopsTheProducer(IoKind io) throws Exception {
        int bufferBytes = 1 << 20;
        long wantedBytes = 256 << 20;
        // Of each of two relays: the high water mark, and what one read brings.
        long boundBytes = 2 * (64 + 64 + 8) * 1024;
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, io).open(forwarder -> forwarder
                        .culvertOption(CulvertChannelOption.MAX_SEND_BUFFER_BYTES, bufferBytes)
                        .culvertOption(CulvertChannelOption.MAX_RECEIVE_BUFFER_BYTES, bufferBytes));
                Socket client = tunnel.connect();
                Socket socket = TunnelPair.accepted(server)) {
            AtomicLong producedBytes = new AtomicLong();
            Future<?> producer = programs.submit(() -> {
                byte[] chunk = new byte[64 * 1024];
                while (producedBytes.get() < wantedBytes) {
                    client.getOutputStream().write(chunk);
                    producedBytes.addAndGet(chunk.length);
                }
                client.shutdownOutput();
                return null;
            });
            long[] seen = {-1, 0};
            long[] mostHeld = {0};
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(2)).until(() -> {
                mostHeld[0] = Math.max(mostHeld[0], tunnel.heldBytes());
                long now = producedBytes.get();
                seen[1] = now == seen[0] ? seen[1] + 1 : 0;
                seen[0] = now;
                // a second without progress
                return seen[1] == 500;
            });
            assertTrue(producedBytes.get() < wantedBytes / 2, producedBytes::toString);
            assertTrue(mostHeld[0] <= boundBytes, () -> mostHeld[0] + " bytes held");
            long left = 0;
            byte[] chunk = new byte[64 * 1024];
            for (int length = socket.getInputStream().read(chunk); length >= 0;
                    length = socket.getInputStream().read(chunk)) {
                left += length;
                mostHeld[0] = Math.max(mostHeld[0], tunnel.heldBytes());
            }
            producer.get();
            assertEquals(wantedBytes, left);
            // Netty's io_uring reads all that the kernel has when the peer has ended its output.
            assertTrue(mostHeld[0] <= boundBytes || io == IoKind.IO_URING, () -> mostHeld[0] + " bytes held");
        }
    }

    @Test
    void whatComesEarlyWaits() throws Exception {
        try (ServerSocket server = TunnelPair.newServer()) {
            for (IoKind io : kinds().toList()) {
                try (TunnelPair tunnel = TunnelPair.to(server, io).open(); Socket client = tunnel.connect()) {
                    // all of it, and its end, is there before the far leg is
                    client.getOutputStream().write(new byte[] {UP, DOWN});
                    client.shutdownOutput();
                    try (Socket socket = TunnelPair.accepted(server)) {
                        assertEquals(UP, socket.getInputStream().read());
                        assertEquals(DOWN, socket.getInputStream().read());
                        assertEquals(-1, socket.getInputStream().read());
                    }
                    assertStatistic(tunnel.exitLines(1).get(0), 2, 0, "finished");
                }
            }
        }
    }

    @Test
    void aTunnelThatIsStoppedResetsItsSessions() throws Exception {
        try (ServerSocket server = TunnelPair.newServer()) {
            TunnelPair tunnel = TunnelPair.to(server, IoKind.NIO).open();
            try (Socket client = tunnel.connect(); Socket socket = TunnelPair.accepted(server)) {
                client.getOutputStream().write(UP);
                assertEquals(UP, socket.getInputStream().read());
                tunnel.close();
                assertReset(client);
                assertReset(socket);
                assertStatistic(tunnel.entranceLines(1).get(0), 1, 0, "stopped");
            }
        }
    }

    @Test
    void manySessionsComeAndGo() throws Exception {
        int sessions = 200;
        try (ServerSocket server = TunnelPair.newServer();
                TunnelPair tunnel = TunnelPair.to(server, IoKind.NIO).open()) {
            Future<?> answers = programs.submit(() -> {
                for (int i = 0; i < sessions; i++) {
                    try (Socket socket = TunnelPair.accepted(server)) {
                        Bytes.expect(socket.getInputStream(), UP, 1000);
                        Bytes.write(socket.getOutputStream(), DOWN, 2000);
                    }
                }
                return null;
            });
            for (int i = 0; i < sessions; i++) {
                try (Socket client = tunnel.connect()) {
                    send(client, UP, 1000);
                    expect(client, DOWN, 2000);
                }
            }
            answers.get(60, TimeUnit.SECONDS);
            tunnel.entranceLines(sessions).forEach(line -> assertStatistic(line, 1000, 2000, "finished"));
            tunnel.exitLines(sessions).forEach(line -> assertStatistic(line, 1000, 2000, "finished"));
        }
    }
}
