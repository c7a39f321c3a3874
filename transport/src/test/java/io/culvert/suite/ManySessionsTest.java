/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many sessions beside each other and one after the other, on one server channel, and nothing left behind. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManySessionsTest {
    private static final int SESSIONS = 1000;
    private static final int CYCLES = 10_000;
    private static final int WARM_UP_CYCLES = 500;
    private static final int STREAM_BYTES = 5000;
    private static final int MAX_HEAP_GROWTH_BYTES = 4 << 20;
    /** Longer than retransmissions take: a thousand at once overflow the server's socket, last acknowledgments too. */
    private static final int LONG_MSL_MILLIS = 10_000;
    private static final File DESCRIPTORS = new File("/proc/self/fd");

    @EverySetting
    void aThousandSessionsEchoAtOnce(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CulvertServerChannel listener = echoServer(world);
            SeededPattern pattern = new SeededPattern(1);
            List<StreamEnd> ends = new ArrayList<>();
            List<ChannelFuture> connects = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                StreamEnd end = new StreamEnd(pattern, STREAM_BYTES, world.allocator());
                ends.add(end);
                connects.add(world.client(end).option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .option(CulvertChannelOption.MSL_MILLIS, LONG_MSL_MILLIS)
                        .connect(listener.localAddress()));
            }
            for (int i = 0; i < SESSIONS; i++) {
                finished(connects.get(i));
                assertEquals(STREAM_BYTES, ends.get(i).ended().get(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS));
            }
            for (ChannelFuture connect : connects) {
                finished(connect.channel().close());
            }
            world.awaitNoMemoryHeldBySessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Io.class)
    void tenThousandSessionsInSequenceLeaveNothingBehind(Io io) throws Exception {
        assumeTrue(DESCRIPTORS.isDirectory(), "skipped: no " + DESCRIPTORS);
        try (SocketWorld world = new SocketWorld(new Setting(io, Loopback.IPV4))) {
            CulvertServerChannel listener = echoServer(world);
            cycle(world, listener, WARM_UP_CYCLES);
            int descriptors = settledDescriptors(world);
            long heap = LiveHeap.settledBytes();
            cycle(world, listener, CYCLES);
            eventually(() -> assertTrue(openDescriptors() <= descriptors,
                    () -> descriptors + " descriptors open before, " + openDescriptors() + " after"));
            world.awaitNoMemoryHeldBySessions();
            eventually(() -> {
                long growth = LiveHeap.bytes() - heap;
                assertTrue(growth < MAX_HEAP_GROWTH_BYTES, () -> "the heap grew by " + growth + " bytes");
            });
        }
    }

    private static CulvertServerChannel echoServer(SocketWorld world) throws Exception {
        return world.bind(world.server(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new EchoHandler());
            }
        }).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
    }

    private static void cycle(SocketWorld world, CulvertServerChannel listener, int cycles) throws Exception {
        SeededPattern pattern = new SeededPattern(2);
        Bootstrap bootstrap = world.client(new Recorder()).option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .remoteAddress(listener.localAddress());
        for (int i = 0; i < cycles; i++) {
            StreamEnd end = new StreamEnd(pattern, 100, world.allocator());
            Channel channel = finished(bootstrap.clone().handler(end).connect()).channel();
            assertEquals(100, end.ended().get(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS));
            finished(channel.close());
        }
    }

    /** Once the last TIME-WAIT is over: the sockets that stay are the server's and the event loops' own. */
    private static int settledDescriptors(SocketWorld world) {
        world.awaitNoMemoryHeldBySessions();
        int[] last = {-1};
        Awaitility.await().pollInterval(2L * SocketWorld.MSL_MILLIS, TimeUnit.MILLISECONDS)
                .until(() -> {
                    int before = last[0];
                    last[0] = openDescriptors();
                    return last[0] == before;
                });
        return last[0];
    }

    private static int openDescriptors() {
        String[] descriptors = DESCRIPTORS.list();
        return descriptors == null ? 0 : descriptors.length;
    }
}
