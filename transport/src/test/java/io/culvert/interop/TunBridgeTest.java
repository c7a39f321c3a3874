/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import static io.culvert.interop.Blocking.PATIENCE_MILLIS;
import static io.culvert.interop.KernelSockets.State.CLOSE_WAIT;
import static io.culvert.interop.KernelSockets.State.ESTABLISHED;
import static io.culvert.interop.KernelSockets.State.TIME_WAIT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bridge alone: the kernel is at both ends, or the other end is written by hand. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TunBridgeTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int ACK = 0x10;
    private static final int PSH_ACK = 0x18;
    private static final int RST_ACK = 0x14;

    @Test
    void bridgeCarriesKernelToKernel() throws Exception {
        Map<String, Long> counters = carryBothWays(10 * MEBIBYTE);
        assertTrue(counters.get("to_udp_bytes") > 10 * MEBIBYTE, counters::toString);
        assertTrue(counters.get("to_kernel_bytes") > 10 * MEBIBYTE, counters::toString);
        assertEquals(1, counters.get("flows"), counters::toString);
        for (String none : List.of("to_udp_dropped", "to_kernel_dropped", "to_udp_reordered", "to_kernel_reordered")) {
            assertEquals(0, counters.get(none), counters::toString);
        }
        for (String never : List.of("malformed", "oversized", "urgent", "udp_full", "udp_refused")) {
            assertFalse(counters.containsKey(never), counters::toString);
        }
    }

    @Test
    void bridgeThatDropsAndReordersLosesNothingOfTheStream() throws Exception {
        Map<String, Long> counters = carryBothWays(4 * MEBIBYTE, "--drop", "1", "--reorder", "5", "--seed", "7");
        for (String some : List.of("to_udp_dropped", "to_kernel_dropped", "to_udp_reordered", "to_kernel_reordered")) {
            assertTrue(counters.get(some) > 0, counters::toString);
        }
        long acks = counters.get("to_udp_acks_dropped") + counters.get("to_kernel_acks_dropped");
        assertTrue(acks > 0, counters::toString);
    }

    @Test
    void kernelSynArrivesAsSegmentAndHandMadeAnswersOpenTheConnection() throws Exception {
        try (TunBridge bridge = TunBridge.start(); DatagramSocket udp = udpSocket(); Socket kernel = new Socket()) {
            kernel.bind(new InetSocketAddress(bridge.kernelHost(), 0));
            CompletableFuture<Void> connected = Blocking.call(() -> {
                kernel.connect(bridge.toUdp(udp.getLocalPort()));
                return null;
            });

            DatagramPacket arrival = receive(udp);
            byte[] syn = payloadOf(arrival);
            String picture = HexFormat.of().formatHex(syn);
            assertEquals(SYN, syn[1], picture);
            assertEquals(4 * (syn[0] >> 4 & 15) - 8, syn.length, picture);
            assertEquals(0, ByteBuffer.wrap(syn).getInt(8), "acknowledgment of " + picture);
            assertEquals("020405b4", picture.substring(24, 32), "MSS of 1460 comes first in " + picture);

            int isn = ByteBuffer.wrap(syn).getInt(4);
            send(udp, arrival, segment(SYN_ACK, 8000, isn + 1, ""));
            byte[] ack = payloadOf(receive(udp));
            assertEquals(ACK, ack[1]);
            assertEquals(isn + 1, ByteBuffer.wrap(ack).getInt(4));
            assertEquals(8001, ByteBuffer.wrap(ack).getInt(8));
            Blocking.join(connected);

            send(udp, arrival, segment(PSH_ACK, 8001, isn + 1, "hello"));
            assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), kernel.getInputStream().readNBytes(5));
        }
    }

    @Test
    void handMadeResetRefusesTheKernelsConnect() throws Exception {
        try (TunBridge bridge = TunBridge.start(); DatagramSocket udp = udpSocket(); Socket kernel = new Socket()) {
            CompletableFuture<ConnectException> refused = Blocking.call(() -> assertThrows(
                    ConnectException.class, () -> kernel.connect(bridge.toUdp(udp.getLocalPort()), PATIENCE_MILLIS)));
            DatagramPacket syn = receive(udp);
            send(udp, syn, segment(RST_ACK, 0, ByteBuffer.wrap(payloadOf(syn)).getInt(4) + 1, ""));
            assertEquals("Connection refused", Blocking.join(refused).getMessage());
        }
    }

    @Test
    void malformedDatagramsDoNotReachTheKernel() throws Exception {
        try (TunBridge bridge = TunBridge.start(); ServerSocket kernel = kernelListener(bridge);
                DatagramSocket udp = udpSocket()) {
            udp.connect(bridge.toKernel(kernel.getLocalPort()));
            List<String> datagrams = List.of("50", "50020000000000010000", "400200000000000100000000",
                    "600200000000000100000000");
            for (String malformed : datagrams) {
                byte[] payload = HexFormat.of().parseHex(malformed);
                udp.send(new DatagramPacket(payload, payload.length));
            }
            byte[] syn = segment(SYN, 1, 0, "");
            udp.send(new DatagramPacket(syn, syn.length));
            byte[] synAck = payloadOf(receive(udp));
            assertEquals(SYN_ACK, synAck[1]);
            assertEquals(2, ByteBuffer.wrap(synAck).getInt(8));
            Map<String, Long> counters = bridge.stop();
            assertEquals(4, counters.get("malformed"), counters::toString);
            assertEquals(1, counters.get("to_kernel_packets"), counters::toString);
        }
    }

    @Test
    void bridgeTellsRetransmissionsAndNeedlessOnesApart() throws Exception {
        Map<String, Long> counters = countersOf(segment(SYN, -1, 0, ""), segment(PSH_ACK, 0, 1, "first"),
                segment(PSH_ACK, 10, 1, "third"), segment(PSH_ACK, 5, 1, "secnd"), segment(PSH_ACK, 3, 1, "stsec"));
        assertEquals(4, counters.get("to_kernel_data_segments"), counters::toString);
        assertEquals(2, counters.get("to_kernel_retransmitted"), counters::toString);
        assertEquals(10, counters.get("to_kernel_retransmitted_bytes"), counters::toString);
        assertEquals(1, counters.get("to_kernel_needless"), counters::toString);
        assertEquals(5, counters.get("to_kernel_never_came_bytes"), counters::toString);
    }

    @Test
    void bridgeTellsDuplicatesFromOtherSelectiveAcknowledgments() throws Exception {
        byte[] permitted = HexFormat.of().parseHex("6002ffff0000000100000000" + "04020000");
        String ackOf100 = "8010ffff0000000200000064" + "0101050a";
        byte[] above = HexFormat.of().parseHex(ackOf100 + "000000c8" + "0000012c");
        byte[] below = HexFormat.of().parseHex(ackOf100 + "00000032" + "00000064");
        byte[] insideAnother = HexFormat.of().parseHex(
                "a010ffff0000000200000064" + "01010512" + "000000d2" + "000000dc" + "000000c8" + "0000012c");
        Map<String, Long> counters = countersOf(permitted, above, below, insideAnother);
        assertEquals(1, counters.get("to_kernel_sack_permitted"), counters::toString);
        assertEquals(3, counters.get("to_kernel_sack_segments"), counters::toString);
        assertEquals(2, counters.get("to_kernel_dsack_blocks"), counters::toString);
    }

    @Test
    void orderlyCloseLeavesTimeWaitWhereItBeganAndNothingElsewhere() throws Exception {
        try (TunBridge near = TunBridge.start(); TunBridge far = TunBridge.start();
                ServerSocket listener = kernelListener(far); Socket client = new Socket()) {
            client.connect(near.toUdp(far.toKernel(listener.getLocalPort()).getPort()), PATIENCE_MILLIS);
            Socket server = listener.accept();
            int clientPort = client.getLocalPort();
            assertEquals(ESTABLISHED, KernelSockets.stateOf(near.kernelHost(), clientPort, client.getPort()));
            client.close();
            assertEquals(-1, server.getInputStream().read());
            assertEquals(CLOSE_WAIT, KernelSockets.stateOf(far.kernelHost(), server.getLocalPort(), server.getPort()));
            server.close();
            await().atMost(Duration.ofMillis(PATIENCE_MILLIS)).untilAsserted(() -> {
                assertEquals(TIME_WAIT, KernelSockets.stateOf(near.kernelHost(), clientPort, client.getPort()));
                assertNull(KernelSockets.stateOf(far.kernelHost(), server.getLocalPort(), server.getPort()));
            });
        }
    }

    /** Kernel, first bridge (with the options), second bridge, kernel. The counters are the first bridge's. */
    private static Map<String, Long> carryBothWays(int bytes, String... options) throws Exception {
        byte[] up = RandomBytes.of(bytes, 1);
        byte[] down = RandomBytes.of(bytes, 2);
        try (TunBridge near = TunBridge.start(options); TunBridge far = TunBridge.start();
                ServerSocket listener = kernelListener(far); Socket client = new Socket()) {
            client.connect(near.toUdp(far.toKernel(listener.getLocalPort()).getPort()), PATIENCE_MILLIS);
            try (Socket server = listener.accept()) {
                CompletableFuture<Void> sentUp = sendAll(client, up);
                CompletableFuture<Void> sentDown = sendAll(server, down);
                CompletableFuture<String> atClient = Blocking.call(() -> RandomBytes.sha256(client.getInputStream()));
                CompletableFuture<String> atServer = Blocking.call(() -> RandomBytes.sha256(server.getInputStream()));
                assertEquals(RandomBytes.sha256(down), Blocking.join(atClient));
                assertEquals(RandomBytes.sha256(up), Blocking.join(atServer));
                Blocking.join(CompletableFuture.allOf(sentUp, sentDown));
            }
            return near.stop();
        }
    }

    /** Of these segments on their way to a listener, and of one more SYN, whose answer tells that they have passed. */
    private static Map<String, Long> countersOf(byte[]... segments) throws Exception {
        try (TunBridge bridge = TunBridge.start(); ServerSocket kernel = kernelListener(bridge);
                DatagramSocket udp = udpSocket(); DatagramSocket last = udpSocket()) {
            InetSocketAddress listener = bridge.toKernel(kernel.getLocalPort());
            for (byte[] segment : segments) {
                udp.send(new DatagramPacket(segment, segment.length, listener));
            }
            byte[] syn = segment(SYN, 1, 0, "");
            last.send(new DatagramPacket(syn, syn.length, listener));
            receive(last);
            return bridge.stop();
        }
    }

    private static ServerSocket kernelListener(TunBridge bridge) throws IOException {
        ServerSocket listener = new ServerSocket(0, 16, bridge.kernelHost());
        listener.setSoTimeout(PATIENCE_MILLIS);
        return listener;
    }

    private static CompletableFuture<Void> sendAll(Socket socket, byte[] data) {
        return Blocking.call(() -> {
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
            return null;
        });
    }

    private static DatagramSocket udpSocket() throws IOException {
        DatagramSocket udp = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        udp.setSoTimeout(PATIENCE_MILLIS);
        return udp;
    }

    private static DatagramPacket receive(DatagramSocket udp) throws IOException {
        DatagramPacket datagram = new DatagramPacket(new byte[2048], 2048);
        udp.receive(datagram);
        return datagram;
    }

    private static byte[] payloadOf(DatagramPacket datagram) {
        return Arrays.copyOf(datagram.getData(), datagram.getLength());
    }

    private static void send(DatagramSocket udp, DatagramPacket to, byte[] payload) throws IOException {
        udp.send(new DatagramPacket(payload, payload.length, to.getSocketAddress()));
    }

    private static byte[] segment(int flags, int sequence, int acknowledgment, String text) {
        return ByteBuffer.allocate(12 + text.length()).put((byte) 0x50).put((byte) flags).putShort((short) 0xffff)
                .putInt(sequence).putInt(acknowledgment).put(text.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
