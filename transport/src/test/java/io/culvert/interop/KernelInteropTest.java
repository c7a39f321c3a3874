/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import static io.culvert.interop.Blocking.PATIENCE_MILLIS;
import static io.culvert.interop.KernelPair.Role.KERNEL_CONNECTS;
import static io.culvert.interop.KernelSockets.State.CLOSE_WAIT;
import static io.culvert.interop.KernelSockets.State.ESTABLISHED;
import static io.culvert.interop.KernelSockets.State.FIN_WAIT_2;
import static io.culvert.interop.KernelSockets.State.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.suite.Io;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Linux kernel's own TCP at the other end, as client and as server. Needs a TUN device, so root; skipped without.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelInteropTest {
    private static final int MSL_MILLIS = 100;
    private static final byte[] SOME = RandomBytes.of(300_000, 1);
    private static final byte[] OTHER = RandomBytes.of(200_000, 2);

    private TunBridge bridge;
    private EventLoopGroup group;

    static Stream<Arguments> everyLoopAndRole() {
        return Stream.of(Io.values()).flatMap(io -> Stream.of(KernelPair.Role.values())
                .map(role -> Arguments.of(io, role)));
    }

    @BeforeEach
    void startBridge() throws Exception {
        bridge = TunBridge.start();
    }

    /** Whatever a test is about, each datagram of ours was one that a TCP may send. */
    @AfterEach
    void stopAndCountNothingMalformed() throws Exception {
        if (group != null) {
            group.shutdownGracefully(0, PATIENCE_MILLIS, TimeUnit.MILLISECONDS).sync();
        }
        if (bridge != null) {
            try (TunBridge stopping = bridge) {
                Map<String, Long> counters = stopping.stop();
                for (String never : List.of("malformed", "oversized", "urgent", "tun_einval")) {
                    assertFalse(counters.containsKey(never), counters::toString);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void connects(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            SocketChannel culvert = pair.culvert();
            assertTrue(culvert.isActive());
            assertEquals(ESTABLISHED, pair.kernelState());
            assertEquals("127.0.0.1", culvert.localAddress().getAddress().getHostAddress());
            assertEquals("127.0.0.1", culvert.remoteAddress().getAddress().getHostAddress());
            assertEquals(pair.kernel().getPort(), culvert.localAddress().getPort());
            assertEquals(List.of("active"), pair.record().events());
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void agreesOnTimestampsAndWindowScale(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            pair.culvert();
            String info = socketInfo(pair.kernel());
            assertTrue(info.contains(" ts "), info);
            assertTrue(info.matches("(?s).* wscale:\\d+,\\d+ .*"), info);
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void carriesTenMebibytesBothWaysAtOnce(Io io, KernelPair.Role role) throws Exception {
        byte[] ours = RandomBytes.of(10 << 20, 3);
        byte[] theirs = RandomBytes.of(10 << 20, 4);
        try (KernelPair pair = open(io, role, true)) {
            SocketChannel culvert = pair.culvert();
            CompletableFuture<Void> sentByUs = pair.record().send(ours).thenRun(culvert::shutdownOutput);
            CompletableFuture<Void> sentByKernel = sendAndShutdown(pair.kernel(), theirs);
            CompletableFuture<String> atKernel =
                    Blocking.call(() -> RandomBytes.sha256(pair.kernel().getInputStream()));
            assertEquals(RandomBytes.sha256(ours), Blocking.join(atKernel));
            Blocking.join(sentByUs);
            Blocking.join(sentByKernel);
            eventually(() -> assertEquals(List.of("active", endOfInputAfter(theirs)), pair.record().events()));
            assertEquals(RandomBytes.sha256(theirs), RandomBytes.sha256(pair.record().received()));
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void sendsOnAfterTheKernelShutItsOutput(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, true)) {
            SocketChannel culvert = pair.culvert();
            Blocking.join(sendAndShutdown(pair.kernel(), SOME));
            eventually(() -> assertEquals(List.of("active", endOfInputAfter(SOME)), pair.record().events()));
            assertEquals(RandomBytes.sha256(SOME), RandomBytes.sha256(pair.record().received()));
            assertTrue(culvert.isActive());
            assertTrue(culvert.isInputShutdown());
            assertFalse(culvert.isOutputShutdown());
            eventually(() -> assertEquals(FIN_WAIT_2, pair.kernelState()));

            CompletableFuture<Void> sent = pair.record().send(OTHER).thenRun(culvert::shutdownOutput);
            assertEquals(RandomBytes.sha256(OTHER), RandomBytes.sha256(pair.kernel().getInputStream()));
            Blocking.join(sent);
            eventually(() -> assertIsOver(pair));
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void receivesOnAfterItShutItsOwnOutput(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, true)) {
            SocketChannel culvert = pair.culvert();
            CompletableFuture<Void> sent = pair.record().send(SOME).thenRun(culvert::shutdownOutput);
            assertEquals(RandomBytes.sha256(SOME), RandomBytes.sha256(pair.kernel().getInputStream()));
            Blocking.join(sent);
            assertEquals(CLOSE_WAIT, pair.kernelState());
            eventually(() -> assertTrue(culvert.isOutputShutdown()));
            assertFalse(culvert.isInputShutdown());
            assertEquals(List.of("active"), pair.record().events());

            Blocking.join(sendAndShutdown(pair.kernel(), OTHER));
            eventually(() -> assertEquals(List.of("active", endOfInputAfter(OTHER)), pair.record().events()));
            assertEquals(RandomBytes.sha256(OTHER), RandomBytes.sha256(pair.record().received()));
            pair.kernel().close();
            eventually(() -> assertNull(pair.kernelState()));
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void closesWhenTheKernelCloses(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            SocketChannel culvert = pair.culvert();
            pair.kernel().close();
            eventually(() -> assertEquals(List.of("active", "inactive"), pair.record().events()));
            assertTrue(culvert.closeFuture().isSuccess());
            eventually(() -> assertIsOver(pair));
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void kernelReadsEndOfInputWhenTheChannelCloses(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            pair.culvert().close().sync();
            assertEquals(-1, pair.kernel().getInputStream().read());
            assertEquals(CLOSE_WAIT, pair.kernelState());
            pair.kernel().close();
            eventually(() -> assertNull(pair.kernelState()));
            assertEquals(List.of("active", "inactive"), pair.record().events());
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void closeDeliversWhatWasWrittenBefore(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            pair.culvert().writeAndFlush(Unpooled.wrappedBuffer(SOME)).addListener(ChannelFutureListener.CLOSE);
            assertEquals(RandomBytes.sha256(SOME), RandomBytes.sha256(pair.kernel().getInputStream()));
            pair.kernel().close();
            eventually(() -> assertNull(pair.kernelState()));
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void kernelReadsAResetWhenTheChannelAborts(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            SocketChannel culvert = pair.culvert();
            culvert.config().setSoLinger(0);
            culvert.close().sync();
            SocketException reset =
                    assertThrows(SocketException.class, () -> pair.kernel().getInputStream().read());
            assertEquals("Connection reset", reset.getMessage());
            assertNull(pair.kernelState());
            eventually(() -> assertEquals(List.of("active", "inactive"), pair.record().events()));
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoopAndRole")
    void failsThenBecomesInactiveWhenTheKernelResets(Io io, KernelPair.Role role) throws Exception {
        try (KernelPair pair = open(io, role, false)) {
            SocketChannel culvert = pair.culvert();
            pair.kernel().setSoLinger(true, 0);
            pair.kernel().close();
            List<String> story = List.of("active", "IOException: Connection reset by peer", "inactive");
            eventually(() -> assertEquals(story, pair.record().events()));
            assertFalse(culvert.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource(Io.class)
    void connectToAClosedPortOfTheKernelIsRefused(Io io) throws Exception {
        int closedPort;
        try (ServerSocket listener = new ServerSocket(0, 1, bridge.kernelHost())) {
            closedPort = listener.getLocalPort();
        }
        ChannelFuture connect = client(io, false).handler(new ChannelInboundHandlerAdapter())
                .connect(bridge.toKernel(closedPort)).awaitUninterruptibly();
        assertInstanceOf(ConnectException.class, connect.cause());
        assertTrue(connect.cause().getMessage().startsWith("Connection refused"), connect.cause().getMessage());
        assertFalse(connect.channel().isOpen());
    }

    @ParameterizedTest
    @EnumSource(Io.class)
    void kernelIsRefusedByAClosedServerWhoseSessionsLiveOn(Io io) throws Exception {
        try (KernelPair pair = open(io, KERNEL_CONNECTS, false)) {
            pair.culvert();
            int port = pair.server().localAddress().getPort();
            pair.server().close().sync();
            assertKernelIsRefused(bridge.toUdp(port));
            assertCarries(pair);
        }
    }

    private static void assertKernelIsRefused(InetSocketAddress address) throws Exception {
        try (Socket other = new Socket()) {
            ConnectException refused =
                    assertThrows(ConnectException.class, () -> other.connect(address, PATIENCE_MILLIS));
            assertEquals("Connection refused", refused.getMessage());
        }
    }

    private static void assertCarries(KernelPair pair) throws Exception {
        pair.kernel().getOutputStream().write(SOME);
        eventually(() -> assertEquals(SOME.length, pair.record().receivedBytes()));
        assertEquals(List.of("active"), pair.record().events());
    }

    private KernelPair open(Io io, KernelPair.Role role, boolean halfClosure) throws Exception {
        return KernelPair.open(role, bridge, client(io, halfClosure), server(io, halfClosure));
    }

    private Bootstrap client(Io io, boolean halfClosure) {
        return new Bootstrap().group(group(io)).channel(CulvertChannel.class)
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure);
    }

    private ServerBootstrap server(Io io, boolean halfClosure) {
        return new ServerBootstrap().group(group(io)).channel(CulvertServerChannel.class)
                .childOption(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure);
    }

    private EventLoopGroup group(Io io) {
        if (group == null) {
            group = new MultiThreadIoEventLoopGroup(2, io.factory());
        }
        return group;
    }

    private static CompletableFuture<Void> sendAndShutdown(Socket socket, byte[] data) {
        return Blocking.call(() -> {
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
            return null;
        });
    }

    private static String endOfInputAfter(byte[] data) {
        return "end of input after " + data.length + " bytes";
    }

    /**
     * TIME-WAIT; or gone already: where a delay makes us send the FIN twice, the second acknowledgment of it finds
     * nobody here, and the reset that answers it ends the kernel's TIME-WAIT (RFC 1337).
     */
    private static void assertIsOver(KernelPair pair) throws Exception {
        KernelSockets.State state = pair.kernelState();
        assertTrue(state == null || state == TIME_WAIT, () -> "kernel in " + state);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .untilAsserted(assertion);
    }

    /** What {@code ss} tells of a socket: the options agreed on, the MSS, and more. */
    private static String socketInfo(Socket socket) throws Exception {
        assumeTrue(TunBridge.isOnPath("ss"), "skipped: no ss command (iproute2)");
        String filter = "sport = :" + socket.getLocalPort() + " and dport = :" + socket.getPort();
        Process ss = new ProcessBuilder("ss", "-tinoH", filter).redirectErrorStream(true).start();
        return new String(ss.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
