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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.interop.RecoveryReport.Side;
import io.culvert.state.ConnectionState;
import io.culvert.suite.Io;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Linux kernel's own TCP at the other end of a path that loses, reorders and doubles segments, in both directions.
 * The bridge tells from the sequence numbers how often each end sent again and how often that was needless; each end's
 * own count is held to it, and both to what two kernels need on the same path. Needs a TUN device, so root, and native
 * epoll, which can ask the kernel for its counts; skipped without. {@link RecoveryReport} has what was seen.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelRecoveryInteropTest {
    private static final int MSL_MILLIS = 1000;
    private static final int EACH_WAY_BYTES = 2 << 20;
    private static final byte[] UP = RandomBytes.of(EACH_WAY_BYTES, 5);
    private static final byte[] DOWN = RandomBytes.of(EACH_WAY_BYTES, 6);
    private static final Map<Weather, Oracle> ORACLES = new EnumMap<>(Weather.class);
    private static final RecoveryReport REPORT = new RecoveryReport();
    /** TCP_INFO does not tell the kernel's tail loss probes. */
    private static final int KERNEL_PROBES = 2;

    private EventLoopGroup group;
    private EventLoopGroup kernelGroup;

    /**
     * The path, each way; how many segments that had arrived an end may send again, tail loss probes not counted; and
     * how many more timeouts than between two kernels we and the kernel may have.
     */
    enum Weather {
        LOSS_OF_1_PERCENT("--drop 1", 5, 2, 3),
        LOSS_OF_5_PERCENT("--drop 5", 15, 3, 8),
        REORDERING_OF_5_PERCENT("--reorder 5", 15, 2, 3),
        LOSS_OF_2_AND_REORDERING_OF_5_PERCENT("--drop 2 --reorder 5", 30, 2, 3),
        LOSS_OF_2_PERCENT_IN_BURSTS_OF_4("--drop 2 --burst 4", 10, 2, 3),
        DUPLICATION_OF_5_PERCENT("--duplicate 5", 0, 2, 3);

        private final String options;
        private final int mostNeedless;
        private final int moreTimeouts;
        private final int moreKernelTimeouts;

        Weather(String options, int mostNeedless, int moreTimeouts, int moreKernelTimeouts) {
            this.options = "--seed 3 --delay 1 " + options;
            this.mostNeedless = mostNeedless;
            this.moreTimeouts = moreTimeouts;
            this.moreKernelTimeouts = moreKernelTimeouts;
        }

        TunBridge bridge() throws Exception {
            return TunBridge.start(options.split(" "));
        }

        boolean has(String option) {
            return options.contains("--" + option);
        }
    }

    /** The same bytes on the same path with the kernel at both ends: how often the worse one's timer expired. */
    private record Oracle(long timeouts) {
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

    @AfterAll
    static void writeReport() throws Exception {
        REPORT.write();
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
        Side we = Side.of(ours, path);
        Side they = Side.of(kernel, path, "to_udp", "to_kernel");
        String report = REPORT.add(weather, role + " " + io, we, they, 2 * EACH_WAY_BYTES, taken);
        assertPathDidWhatItShould(weather, path);
        assertOursSentAgain(ours, path, report);
        assertKernelSentAgain(kernel, path, "to_udp", report);
        assertNoMoreThanNeeded(weather, we, they, oracle, report);
        assertTold(weather, kernel, we, they, report);
    }

    private static void assertNoMoreThanNeeded(Weather weather, Side we, Side they, Oracle oracle, String report) {
        assertTrue(we.needless() <= weather.mostNeedless + we.probes(), report);
        assertTrue(they.needless() <= weather.mostNeedless + KERNEL_PROBES, report);
        assertTrue(we.timeouts() <= oracle.timeouts + weather.moreTimeouts, () -> oracle + report);
        assertTrue(they.timeouts() <= oracle.timeouts + weather.moreKernelTimeouts, () -> oracle + report);
    }

    /** RFC 2018 section 2: each end permits SACK on its SYN. RFC 2883: a duplicate is worth a block, too. */
    private static void assertTold(Weather weather, TcpInfo kernel, Side we, Side they, String report) {
        assertTrue(kernel.sack(), report);
        assertTrue(we.sacks() > 0, report);
        if (weather.has("drop")) {
            assertTrue(they.sacks() > 0, report);
        }
        if (weather.has("duplicate")) {
            assertTrue(we.dsacks() > 0, report);
            assertTrue(they.dsacks() > 0, report);
            assertTrue(kernel.dsackBlocks() > 0, report);
        }
    }

    private static void assertPathDidWhatItShould(Weather weather, Map<String, Long> path) {
        for (String way : List.of("to_udp", "to_kernel")) {
            assertEquals(weather.has("drop"), path.get(way + "_data_dropped") > 0, path::toString);
            assertEquals(weather.has("reorder"), path.get(way + "_reordered") > 0, path::toString);
            assertEquals(weather.has("duplicate"), path.get(way + "_duplicated") > 0, path::toString);
        }
        for (String never : List.of("malformed", "oversized", "urgent", "udp_full", "tun_einval")) {
            assertFalse(path.containsKey(never), path::toString);
        }
    }

    private static void assertOursSentAgain(SessionInfo ours, Map<String, Long> path, String report) {
        assertEquals(path.get("to_kernel_data_bytes"), ours.bytesSent(), "lost on the way to the bridge: " + report);
        assertEquals(path.get("to_kernel_retransmitted"), ours.retransmissions(), report);
        assertTrue(ours.bytesSent() - EACH_WAY_BYTES >= path.get("to_kernel_data_bytes_dropped"), report);
    }

    private static void assertKernelSentAgain(TcpInfo kernel, Map<String, Long> path, String way, String report) {
        assertEquals(path.get(way + "_data_bytes"), kernel.bytesSent(), "lost on the way to the bridge: " + report);
        assertEquals(path.get(way + "_retransmitted"), kernel.retransmissions(), report);
        assertTrue(kernel.bytesRetransmitted() >= path.get(way + "_data_bytes_dropped"), report);
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
            Side up = Side.of(client, path, "to_udp", "to_kernel");
            Side down = Side.of(server, path, "to_kernel", "to_udp");
            REPORT.add(weather, "KERNEL_TO_KERNEL", up, down, 2 * EACH_WAY_BYTES, taken);
            Oracle oracle = new Oracle(Math.max(up.timeouts(), down.timeouts()));
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
