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

import java.util.stream.Stream;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.congestion.CongestionController;
import io.culvert.congestion.NewReno;
import io.culvert.session.MemoryBudget;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
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
                Arguments.of(CulvertChannelOption.TCP_WINDOW_SCALING, true));
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
        assertFalse(channel.config().setOption(EpollChannelOption.TCP_CORK, true));
        assertFalse(server.config().setOption(EpollChannelOption.TCP_CORK, true));
        assertFalse(channel.config().setOption(ChannelOption.SO_BACKLOG, 5));
        assertNull(channel.config().getOption(EpollChannelOption.TCP_CORK));
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
        assertThrows(IllegalArgumentException.class, () -> server.config().setBacklog(0));
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
