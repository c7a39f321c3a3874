/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.congestion.CongestionController;
import io.culvert.congestion.NewReno;
import io.culvert.session.MemoryBudget;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.kqueue.AcceptFilter;
import io.netty.channel.kqueue.KQueueChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Options are what they were set to, refuse what is out of range, and reach the accepted channels. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OptionsTest {
    private static Arguments number(ChannelOption<Integer> option, int standard, int good, Integer bad) {
        return Arguments.of(option, standard, good, bad);
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                number(CulvertChannelOption.MSL_MILLIS, 30_000, 120_000, 120_001),
                number(CulvertChannelOption.FIN_TIMEOUT_MILLIS, 60_000, 1, 0),
                number(CulvertChannelOption.ORPHAN_TIMEOUT_MILLIS, 60_000, 1, 0),
                number(CulvertChannelOption.TCP_SYNCNT, 6, 0, -1),
                number(CulvertChannelOption.TCP_RETRIES, 15, 30, 31),
                number(CulvertChannelOption.TCP_USER_TIMEOUT, 0, Integer.MAX_VALUE, -1),
                number(CulvertChannelOption.TCP_KEEPIDLE, 7200, 32_767, 32_768),
                number(CulvertChannelOption.TCP_KEEPIDLE, 7200, 1, 0),
                number(CulvertChannelOption.TCP_KEEPINTVL, 75, 32_767, 32_768),
                number(CulvertChannelOption.TCP_KEEPINTVL, 75, 1, 0),
                number(CulvertChannelOption.TCP_KEEPCNT, 9, 127, 128),
                number(CulvertChannelOption.TCP_KEEPCNT, 9, 1, 0),
                number(CulvertChannelOption.RTO_MIN_MILLIS, 200, 1, 0),
                number(CulvertChannelOption.DELAYED_ACK_MILLIS, 40, 500, 501),
                number(CulvertChannelOption.TCP_MAXSEG, 0, 64, 63),
                number(CulvertChannelOption.INTERFACE_MTU, 0, 9000, 575),
                number(CulvertChannelOption.MAX_SEND_BUFFER_BYTES, 64 << 20, 256, 255),
                number(CulvertChannelOption.MAX_RECEIVE_BUFFER_BYTES, 64 << 20, 1 << 30, (1 << 30) + 1),
                number(CulvertChannelOption.PACING_QUANTUM_BYTES, 256 << 10, 1 << 30, (1 << 30) + 1),
                number(CulvertChannelOption.PACING_QUANTUM_BYTES, 256 << 10, 2048, 2047),
                number(ChannelOption.IP_TOS, 0, 255, 256));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numbersHaveTheirDefaultAndTheirRange(ChannelOption<Integer> option, int standard, int good, int bad) {
        for (ChannelConfig config : new ChannelConfig[] {
            new CulvertChannel().config(), new CulvertServerChannel().config()}) {
            assertEquals(standard, config.getOption(option));
            assertTrue(config.setOption(option, good));
            assertEquals(good, config.getOption(option));
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> config.setOption(option, bad));
            assertTrue(refusal.getMessage().startsWith(option.name() + ": " + bad + " (expected: "),
                    refusal.getMessage());
            assertEquals(good, config.getOption(option));
            assertEquals(good, config.getOptions().get(option));
        }
    }

    static Stream<Arguments> switches() {
        return Stream.of(
                Arguments.of(ChannelOption.TCP_NODELAY, true),
                Arguments.of(ChannelOption.SO_KEEPALIVE, false),
                Arguments.of(ChannelOption.SO_REUSEADDR, false),
                Arguments.of(ChannelOption.ALLOW_HALF_CLOSURE, false),
                Arguments.of(ChannelOption.AUTO_READ, true),
                Arguments.of(ChannelOption.AUTO_CLOSE, true),
                Arguments.of(CulvertChannelOption.TCP_TIMESTAMPS, true),
                Arguments.of(CulvertChannelOption.TCP_SACK, true),
                Arguments.of(CulvertChannelOption.TCP_WINDOW_SCALING, true),
                Arguments.of(CulvertChannelOption.UDP_OFFLOAD,
                        Boolean.parseBoolean(System.getProperty("io.culvert.udpOffload", "true"))));
    }

    @ParameterizedTest
    @MethodSource("switches")
    void switchesHaveTheirDefaultAndCanBeTurned(ChannelOption<Boolean> option, boolean standard) {
        ChannelConfig config = new CulvertChannel().config();
        assertEquals(standard, config.getOption(option));
        assertTrue(config.setOption(option, !standard));
        assertEquals(!standard, config.getOption(option));
        assertEquals(!standard, config.getOptions().get(option));
    }

    @Test
    void anUnknownOptionIsNotSet() {
        CulvertChannel channel = new CulvertChannel();
        CulvertServerChannel server = new CulvertServerChannel();
        assertFalse(channel.config().setOption(ChannelOption.SO_BROADCAST, true));
        assertFalse(server.config().setOption(ChannelOption.SO_BROADCAST, true));
        assertFalse(channel.config().setOption(ChannelOption.SO_BACKLOG, 5));
        assertNull(channel.config().getOption(ChannelOption.SO_BROADCAST));
        // who asks for signed segments must hear that there are none
        assertFalse(channel.config().setOption(EpollChannelOption.TCP_MD5SIG, Map.of()));
    }

    static Stream<Arguments> hints() {
        return Stream.of(
                Arguments.of(ChannelOption.TCP_FASTOPEN, 5),
                Arguments.of(ChannelOption.TCP_FASTOPEN_CONNECT, true),
                Arguments.of(ChannelOption.SO_TIMEOUT, 10),
                Arguments.of(UnixChannelOption.SO_REUSEPORT, true),
                Arguments.of(EpollChannelOption.TCP_CORK, true),
                Arguments.of(EpollChannelOption.TCP_QUICKACK, true),
                Arguments.of(EpollChannelOption.TCP_NOTSENT_LOWAT, 16_384L),
                Arguments.of(EpollChannelOption.TCP_DEFER_ACCEPT, 3),
                Arguments.of(EpollChannelOption.SO_BUSY_POLL, 50),
                Arguments.of(EpollChannelOption.IP_FREEBIND, true),
                Arguments.of(EpollChannelOption.IP_TRANSPARENT, true),
                Arguments.of(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true),
                Arguments.of(IoUringChannelOption.TCP_CORK, true),
                Arguments.of(IoUringChannelOption.TCP_QUICKACK, true),
                Arguments.of(IoUringChannelOption.TCP_NOTSENT_LOWAT, 16_384L),
                Arguments.of(IoUringChannelOption.TCP_DEFER_ACCEPT, 3),
                Arguments.of(KQueueChannelOption.TCP_NOPUSH, true),
                Arguments.of(KQueueChannelOption.SO_ACCEPTFILTER, new AcceptFilter("dataready", "")),
                Arguments.of(NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK), true),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true));
    }

    @ParameterizedTest
    @MethodSource("hints")
    <T> void hintsToAKernelAreRemembered(ChannelOption<T> option, T value) {
        for (ChannelConfig config : new ChannelConfig[] {
            new CulvertChannel().config(), new CulvertServerChannel().config()}) {
            assertNull(config.getOption(option));
            assertTrue(config.setOption(option, value));
            assertEquals(value, config.getOption(option));
            assertEquals(value, config.getOptions().get(option));
        }
    }

    static Stream<Arguments> foreignNames() {
        return Stream.of(
                Arguments.of(EpollChannelOption.TCP_KEEPIDLE, CulvertChannelOption.TCP_KEEPIDLE, 11),
                Arguments.of(EpollChannelOption.TCP_KEEPINTVL, CulvertChannelOption.TCP_KEEPINTVL, 12),
                Arguments.of(EpollChannelOption.TCP_KEEPCNT, CulvertChannelOption.TCP_KEEPCNT, 13),
                Arguments.of(EpollChannelOption.TCP_USER_TIMEOUT, CulvertChannelOption.TCP_USER_TIMEOUT, 14),
                Arguments.of(IoUringChannelOption.TCP_KEEPIDLE, CulvertChannelOption.TCP_KEEPIDLE, 15),
                Arguments.of(IoUringChannelOption.TCP_KEEPINTVL, CulvertChannelOption.TCP_KEEPINTVL, 16),
                Arguments.of(IoUringChannelOption.TCP_KEEPCNT, CulvertChannelOption.TCP_KEEPCNT, 17),
                Arguments.of(IoUringChannelOption.TCP_USER_TIMEOUT, CulvertChannelOption.TCP_USER_TIMEOUT, 18),
                Arguments.of(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        CulvertChannelOption.TCP_KEEPIDLE, 19),
                Arguments.of(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        CulvertChannelOption.TCP_KEEPINTVL, 20),
                Arguments.of(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                        CulvertChannelOption.TCP_KEEPCNT, 21),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.SO_KEEPALIVE), ChannelOption.SO_KEEPALIVE, true),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.TCP_NODELAY), ChannelOption.TCP_NODELAY, false),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.SO_REUSEADDR), ChannelOption.SO_REUSEADDR, true),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.SO_SNDBUF), ChannelOption.SO_SNDBUF, 22_222),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.SO_RCVBUF), ChannelOption.SO_RCVBUF, 33_333),
                Arguments.of(NioChannelOption.of(StandardSocketOptions.IP_TOS), ChannelOption.IP_TOS, 16));
    }

    @ParameterizedTest
    @MethodSource("foreignNames")
    <T> void optionsOfOtherTransportsMeanOurs(ChannelOption<T> foreign, ChannelOption<T> ours, T value) {
        for (ChannelConfig config : new ChannelConfig[] {
            new CulvertChannel().config(), new CulvertServerChannel().config()}) {
            assertTrue(config.setOption(foreign, value));
            assertEquals(value, config.getOption(foreign));
            assertEquals(value, config.getOption(ours));
        }
    }

    @Test
    void soLingerOfTheJdkIsOurs() {
        CulvertChannel channel = new CulvertChannel();
        assertTrue(channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_LINGER), 7));
        assertEquals(7, channel.config().getSoLinger());
    }

    static Stream<Arguments> standard() {
        return Stream.of(
                Arguments.of(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT),
                Arguments.of(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(512)),
                Arguments.of(ChannelOption.MESSAGE_SIZE_ESTIMATOR, new DefaultMessageSizeEstimator(3)),
                Arguments.of(ChannelOption.CONNECT_TIMEOUT_MILLIS, 1234),
                Arguments.of(ChannelOption.MAX_MESSAGES_PER_WRITE, 7),
                Arguments.of(ChannelOption.WRITE_SPIN_COUNT, 5),
                Arguments.of(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(100, 200)),
                Arguments.of(ChannelOption.AUTO_READ, false),
                Arguments.of(ChannelOption.AUTO_CLOSE, false),
                Arguments.of(ChannelOption.SINGLE_EVENTEXECUTOR_PER_GROUP, false));
    }

    @ParameterizedTest
    @MethodSource("standard")
    <T> void whatEveryChannelTakesIsTaken(ChannelOption<T> option, T value) {
        for (ChannelConfig config : new ChannelConfig[] {
            new CulvertChannel().config(), new CulvertServerChannel().config()}) {
            assertTrue(config.setOption(option, value));
            assertEquals(value, config.getOption(option));
        }
    }

    @Test
    void aSecretStaysWhatItWasSetTo() {
        byte[] secret = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        ChannelConfig config = new CulvertChannel().config();
        config.setOption(CulvertChannelOption.SECRET_KEY, secret);
        secret[0] = 'x';
        config.getOption(CulvertChannelOption.SECRET_KEY)[1] = 'x';
        assertEquals("0123456789abcdef",
                new String(config.getOption(CulvertChannelOption.SECRET_KEY), StandardCharsets.US_ASCII));
    }

    @Test
    void theMemoryBudgetIsTheProcessesUntilItIsSet() {
        for (ChannelConfig config : new ChannelConfig[] {
            new CulvertChannel().config(), new CulvertServerChannel().config()}) {
            long standard = config.getOption(CulvertChannelOption.MEMORY_BUDGET_BYTES);
            assertEquals(MemoryBudget.ofProcess().totalBytes(), standard);
            assertTrue(config.setOption(CulvertChannelOption.MEMORY_BUDGET_BYTES, 0L));
            assertEquals(0L, config.getOption(CulvertChannelOption.MEMORY_BUDGET_BYTES));
            assertThrows(IllegalArgumentException.class,
                    () -> config.setOption(CulvertChannelOption.MEMORY_BUDGET_BYTES, -1L));
        }
    }

    @EverySetting
    void theSocketSaysWhatTheKernelGrants(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pair();
            long granted = pair.client().info().socketReceiveBufferBytes();
            assertTrue(granted > 0 && granted <= 4 << 20, () -> granted + " bytes");
            assertEquals(granted, pair.server().info().socketReceiveBufferBytes());
        }
    }

    @Test
    void badValuesAreRefused() {
        CulvertChannel channel = new CulvertChannel();
        CulvertServerChannel server = new CulvertServerChannel();
        assertThrows(IllegalArgumentException.class, () -> server.config().setBacklog(-1));
        assertThrows(IllegalArgumentException.class,
                () -> channel.config().setOption(CulvertChannelOption.SECRET_KEY, new byte[15]));
        assertThrows(NullPointerException.class,
                () -> channel.config().setOption(CulvertChannelOption.TCP_TIMESTAMPS, null));
        assertThrows(IllegalArgumentException.class, () -> channel.config().setSendBufferSize(0));
        assertThrows(IllegalArgumentException.class, () -> channel.config().setReceiveBufferSize(-1));
    }

    @EverySetting
    void acceptedChannelsStartWithTheServersOptionsAndTakeTheirOwn(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().listener(CulvertChannelOption.TCP_MAXSEG, 1000)
                    .listener(CulvertChannelOption.RTO_MIN_MILLIS, 300)
                    .server(ChannelOption.SO_SNDBUF, 12_345).open();
            assertEquals(1000, pair.server().config().getOption(CulvertChannelOption.TCP_MAXSEG));
            assertEquals(300, pair.server().config().getOption(CulvertChannelOption.RTO_MIN_MILLIS));
            assertEquals(12_345, pair.server().config().getSendBufferSize());
            assertTrue(pair.client().info().segmentBytes() <= 1000, () -> pair.client().info().toString());
            assertTrue(pair.server().config().setOption(CulvertChannelOption.RTO_MIN_MILLIS, 400));
            assertEquals(300, pair.listener().config().getOption(CulvertChannelOption.RTO_MIN_MILLIS));
            finished(pair.client().close());
        }
    }

    @EverySetting
    void bothEndsTakeTheirOwnCongestionControllerBeforeTheySend(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().client(CulvertChannelOption.CONGESTION_CONTROL, startingWith(5))
                    .listener(CulvertChannelOption.CONGESTION_CONTROL, startingWith(6))
                    .server(CulvertChannelOption.CONGESTION_CONTROL, startingWith(7)).open();
            assertEquals(5, windowSegments(pair.client()));
            assertEquals(7, windowSegments(pair.server()));
            finished(pair.server().writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            finished(pair.server().delivered());
            pair.server().config().setOption(CulvertChannelOption.CONGESTION_CONTROL, startingWith(8));
            // by then the session has heard of it
            pair.server().eventLoop().submit(() -> { }).sync();
            assertEquals(7, windowSegments(pair.server()));
            finished(pair.client().close());
        }
    }

    @EverySetting
    void acceptedChannelsTakeTheServersCongestionController(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().listener(CulvertChannelOption.CONGESTION_CONTROL, startingWith(6)).open();
            assertEquals(6, windowSegments(pair.server()));
            finished(pair.client().close());
        }
    }

    private static CongestionController.Factory startingWith(int segments) {
        return (smss, initialWindow) -> new NewReno(smss, (long) segments * smss);
    }

    private static long windowSegments(CulvertChannel channel) {
        return channel.info().congestionWindowBytes() / channel.info().segmentBytes();
    }
}
