/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import static io.culvert.interop.KernelPair.Role.KERNEL_CONNECTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.interop.KernelInteropTest.Io;
import io.culvert.state.ConnectionState;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Linux kernel's own TCP at the other end of a path that loses, reorders and doubles segments, in both directions.
 * The bridge tells from the sequence numbers how often each end sent again and how often that was needless; each end's
 * own count is held to it. Needs a TUN device, so root, and native epoll, which can ask the kernel for its counts;
 * skipped without.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelRecoveryInteropTest {
    private static final int MSL_MILLIS = 1000;
    private static final int EACH_WAY_BYTES = 4 << 20;
    private static final byte[] UP = RandomBytes.of(EACH_WAY_BYTES, 5);
    private static final byte[] DOWN = RandomBytes.of(EACH_WAY_BYTES, 6);
    private static final Map<Weather, Oracle> ORACLES = new EnumMap<>(Weather.class);

    private EventLoopGroup group;
    private EventLoopGroup kernelGroup;

    /** The path, each way, and how many segments of ours that had arrived may be sent again. */
    enum Weather {
        LOSS_OF_1_PERCENT("--drop 1", 20),
        LOSS_OF_5_PERCENT("--drop 5", 200),
        REORDERING_OF_5_PERCENT("--reorder 5", 40),
        LOSS_OF_2_AND_REORDERING_OF_5_PERCENT("--drop 2 --reorder 5", 60),
        LOSS_OF_2_PERCENT_IN_BURSTS_OF_4("--drop 2 --burst 4", 60),
        DUPLICATION_OF_5_PERCENT("--duplicate 5", 5);

        private final String options;
        private final int mostNeedless;

        Weather(String options, int mostNeedless) {
            this.options = "--seed 3 --delay 1 " + options;
            this.mostNeedless = mostNeedless;
        }

        TunBridge bridge() throws Exception {
            return TunBridge.start(options.split(" "));
        }

        boolean has(String option) {
            return options.contains("--" + option);
        }
    }

    /** The same bytes on the same path with the kernel at both ends: how long it took and what the bridge counted. */
    private record Oracle(Duration taken, Map<String, Long> path) {
    }

    static Stream<Arguments> everyWeatherLoopAndRole() {
        return Stream.of(Weather.values()).flatMap(weather -> Stream.of(Io.values()).flatMap(io ->
                Stream.of(KernelPair.Role.values()).map(role -> Arguments.of(weather, io, role))));
    }

    @BeforeEach
    void openKernelsLoops() {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll, so no TCP_INFO");
        kernelGroup = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    }

    @AfterEach
    void endLoops() throws Exception {
        for (EventLoopGroup loops : new EventLoopGroup[] {group, kernelGroup}) {
            if (loops != null) {
                loops.shutdownGracefully(0, Blocking.PATIENCE_MILLIS, TimeUnit.MILLISECONDS).sync();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyWeatherLoopAndRole")
    void carriesEveryByteBothWaysAndSendsAgainWhatWasLost(Weather weather, Io io, KernelPair.Role role)
            throws Exception {
        Oracle oracle = oracle(weather);
        group = new MultiThreadIoEventLoopGroup(2, io.factory());
        Map<String, Long> path;
        Duration taken;
        SessionInfo ours;
        TcpInfo kernel;
        try (TunBridge bridge = weather.bridge()) {
            try (ChannelPair pair = open(bridge, role)) {
                boolean kernelConnects = role == KERNEL_CONNECTS;
                CulvertChannel culvert = (CulvertChannel) (kernelConnects ? pair.accepted() : pair.connected());
                SocketChannel socket = kernelConnects ? pair.connected() : pair.accepted();
                taken = pair.exchange(UP, DOWN);
                awaitClosed(culvert);
                awaitClosed(socket);
                ours = culvert.eventLoop().submit(culvert::info).get();
                kernel = TcpInfo.of(socket);
            }
            path = bridge.stop();
        }
        String report = report(weather, path, ours, kernel, taken, oracle);
        System.out.println(role + " " + io + " " + report);
        assertPathDidWhatItShould(weather, path);
        assertOursSentAgain(weather, ours, path, report);
        assertKernelSentAgain(kernel, path, "to_udp", report);
        // RFC 2018 section 2: each end permits it on its SYN. All that goes wrong here is worth a block.
        assertTrue(kernel.sack(), report);
        assertTrue(path.get("to_udp_sack_segments") > 0, report);
    }

    private static void assertPathDidWhatItShould(Weather weather, Map<String, Long> path) {
        for (String way : List.of("to_udp", "to_kernel")) {
            assertEquals(weather.has("drop"), path.get(way + "_data_dropped") > 0, path::toString);
            assertEquals(weather.has("reorder"), path.get(way + "_reordered") > 0, path::toString);
            assertEquals(weather.has("duplicate"), path.get(way + "_duplicated") > 0, path::toString);
        }
        // How many acknowledgments of one way ride on data is a matter of the moment.
        long acks = path.get("to_udp_acks_dropped") + path.get("to_kernel_acks_dropped");
        assertEquals(weather.has("drop"), acks > 0, path::toString);
        for (String never : List.of("malformed", "oversized", "urgent", "udp_full", "tun_einval")) {
            assertFalse(path.containsKey(never), path::toString);
        }
    }

    private static void assertOursSentAgain(Weather weather, SessionInfo ours, Map<String, Long> path, String report) {
        assertEquals(path.get("to_kernel_data_bytes"), ours.bytesSent(), "lost on the way to the bridge: " + report);
        assertEquals(path.get("to_kernel_retransmitted"), ours.retransmissions(), report);
        assertTrue(ours.bytesSent() - EACH_WAY_BYTES >= path.get("to_kernel_data_bytes_dropped"), report);
        assertTrue(path.get("to_kernel_needless") <= weather.mostNeedless, report);
    }

    private static void assertKernelSentAgain(TcpInfo kernel, Map<String, Long> path, String way, String report) {
        assertEquals(path.get(way + "_data_bytes"), kernel.bytesSent(), "lost on the way to the bridge: " + report);
        assertEquals(path.get(way + "_retransmitted"), kernel.retransmissions(), report);
        assertTrue(kernel.bytesRetransmitted() >= path.get(way + "_data_bytes_dropped"), report);
    }

    private static String report(Weather weather, Map<String, Long> path, SessionInfo ours, TcpInfo kernel,
            Duration taken, Oracle oracle) {
        return String.format(Locale.ROOT, "%s%n"
                + "  ours:   %s lost of %s, %d sent again, %s needlessly, %d timeouts; %s SACKs, %s D-SACKs sent%n"
                + "  kernel: %s lost of %s, %d sent again, %s needlessly, %d timeouts; %s SACKs, %s D-SACKs sent;"
                + " %d D-SACKs received, reordering seen %d times%n"
                + "  %.1f MB/s, kernel to kernel %.1f MB/s (%d and %d needlessly), ratio %.2f",
                weather,
                path.get("to_kernel_data_dropped"), path.get("to_kernel_data_segments"), ours.retransmissions(),
                path.get("to_kernel_needless"), ours.retransmissionTimeouts(),
                path.get("to_kernel_sack_segments"), path.get("to_kernel_dsack_blocks"),
                path.get("to_udp_data_dropped"), path.get("to_udp_data_segments"), kernel.retransmissions(),
                path.get("to_udp_needless"), kernel.retransmissionTimeouts(),
                path.get("to_udp_sack_segments"), path.get("to_udp_dsack_blocks"),
                kernel.dsackBlocks(), kernel.reorderingSeen(),
                megabytesPerSecond(taken), megabytesPerSecond(oracle.taken), oracle.path.get("to_udp_needless"),
                oracle.path.get("to_kernel_needless"), (double) oracle.taken.toNanos() / taken.toNanos());
    }

    private static double megabytesPerSecond(Duration taken) {
        return 2 * EACH_WAY_BYTES * 1e3 / taken.toNanos();
    }

    /** No segment is under way or will be sent again: what the end has counted is final. */
    private static void awaitClosed(CulvertChannel culvert) {
        eventually(() -> {
            ConnectionState state = culvert.eventLoop().submit(culvert::info).get().state();
            assertTrue(state == ConnectionState.TIME_WAIT || state == ConnectionState.CLOSED, state::toString);
        });
    }

    private static void awaitClosed(SocketChannel socket) {
        eventually(() -> assertEquals(KernelSockets.State.CLOSE, TcpInfo.of(socket).state()));
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofMillis(Blocking.PATIENCE_MILLIS))
                .untilAsserted(assertion);
    }

    /** Measured once for each weather. Where the bridge and two kernels differ, it is the bridge that is wrong. */
    private Oracle oracle(Weather weather) throws Exception {
        Oracle known = ORACLES.get(weather);
        if (known != null) {
            return known;
        }
        try (TunBridge near = weather.bridge(); TunBridge far = TunBridge.start()) {
            Duration taken;
            TcpInfo client;
            TcpInfo server;
            try (ChannelPair pair = ChannelPair.open(kernelServer(), far.kernelHost(),
                    bound -> near.toUdp(far.toKernel(bound.getPort()).getPort()), kernelClient())) {
                taken = pair.exchange(UP, DOWN);
                awaitClosed(pair.connected());
                awaitClosed(pair.accepted());
                client = TcpInfo.of(pair.connected());
                server = TcpInfo.of(pair.accepted());
            }
            Map<String, Long> path = near.stop();
            assertPathDidWhatItShould(weather, path);
            assertKernelSentAgain(client, path, "to_udp", path.toString());
            assertKernelSentAgain(server, path, "to_kernel", path.toString());
            Oracle oracle = new Oracle(taken, path);
            ORACLES.put(weather, oracle);
            return oracle;
        }
    }

    private ChannelPair open(TunBridge bridge, KernelPair.Role role) throws Exception {
        if (role == KERNEL_CONNECTS) {
            ServerBootstrap server = new ServerBootstrap().group(group).channel(CulvertServerChannel.class)
                    .childOption(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            return ChannelPair.open(server, InetAddress.getByName("127.0.0.1"),
                    bound -> bridge.toUdp(bound.getPort()), kernelClient());
        }
        Bootstrap client = new Bootstrap().group(group).channel(CulvertChannel.class)
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
        return ChannelPair.open(kernelServer(), bridge.kernelHost(), bound -> bridge.toKernel(bound.getPort()), client);
    }

    private ServerBootstrap kernelServer() {
        return new ServerBootstrap().group(kernelGroup).channel(EpollServerSocketChannel.class)
                .childOption(TcpInfo.CONGESTION, TcpInfo.cubic()).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private Bootstrap kernelClient() {
        return new Bootstrap().group(kernelGroup).channel(EpollSocketChannel.class)
                .option(TcpInfo.CONGESTION, TcpInfo.cubic()).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
}
