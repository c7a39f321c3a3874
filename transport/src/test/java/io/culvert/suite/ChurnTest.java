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
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.carrier.CarrierRegistry;
import io.culvert.observe.SessionObserver;
import io.culvert.observe.SessionView;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One client opens, uses and closes sessions as fast as it can, with the default TIME-WAIT of a minute, and runs out of
 * nothing: neither descriptors nor ports, heap, buffers or records.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChurnTest {
    private static final int CYCLES = 10_000;
    private static final int HEAVY_CYCLES = 200_000;
    private static final int ABREAST = 16;
    private static final int PATIENCE_SECONDS = 500;
    private static final Duration LOOK = Duration.ofMillis(250);
    /** The looks of a bit more than the second that a port in TIME-WAIT has to be quiet. */
    private static final int LOOKS_OF_QUIET = 6;
    private static final int SPARE = 500;
    private static final int MAX_HEAP_BYTES_PER_SOCKET = 24 << 10;
    /** Netty's channel has room for hundreds of messages each way. */
    private static final int MAX_HEAP_BYTES_PER_IO_URING_SOCKET = 256 << 10;
    /** A server has at most 32,768 records of TIME-WAIT, and one for each of the client's 28,232 ports. */
    private static final int MAX_HEAP_BYTES_OF_RECORDS = 32_768 * 1024;
    private static final int MAX_DATAGRAM_BYTES = 65536;
    private static final File DESCRIPTORS = new File("/proc/self/fd");

    @ParameterizedTest
    @EnumSource(Io.class)
    void tenThousandSessionsNeedAsManySocketsAsASecondBegins(Io io) throws Exception {
        churns(io, true, CYCLES);
    }

    @Tag("heavy")
    @ParameterizedTest
    @EnumSource(Io.class)
    void twoHundredThousandSessionsNeedAsManySocketsAsASecondBegins(Io io) throws Exception {
        churns(io, true, HEAVY_CYCLES);
    }

    @Tag("heavy")
    @ParameterizedTest
    @EnumSource(value = Io.class, names = "EPOLL")
    void twoHundredThousandSessionsThatTheServerClosesNeedNoMore(Io io) throws Exception {
        churns(io, false, HEAVY_CYCLES);
    }

    @ParameterizedTest
    @EnumSource(Io.class)
    void aSocketInTimeWaitKeepsNothingElseOfItsSession(Io io) throws Exception {
        try (SocketWorld world = new SocketWorld(new Setting(io, Loopback.IPV4))) {
            EventLoopGroup servers = world.newGroup(1);
            EventLoopGroup clients = world.newGroup(1);
            CulvertServerChannel listener = listener(world, servers, false);
            Established established = new Established();
            Bootstrap client = new Bootstrap().group(clients).channel(CulvertChannel.class)
                    .option(ChannelOption.ALLOCATOR, world.allocator())
                    .option(CulvertChannelOption.SESSION_OBSERVER, established);
            Churn churn = new Churn(client, listener.localAddress(), true, 1).begin(1);
            eventually(() -> assertTrue(churn.isOver()));
            churn.finish(0);
            eventually(() -> {
                System.gc();
                assertTrue(established.session.refersTo(null));
            });
            assertEquals(1, carriers(clients));
            finished(listener.close());
            SocketWorld.end(clients);
            SocketWorld.end(servers);
        }
    }

    private static void churns(Io io, boolean clientCloses, int cycles) throws Exception {
        assumeTrue(DESCRIPTORS.isDirectory(), "skipped: no " + DESCRIPTORS);
        try (SocketWorld world = new SocketWorld(new Setting(io, Loopback.IPV4))) {
            EventLoopGroup servers = world.newGroup(1);
            EventLoopGroup clients = world.newGroup(1);
            try {
                CulvertServerChannel listener = listener(world, servers, !clientCloses);
                Bootstrap client = new Bootstrap().group(clients).channel(CulvertChannel.class)
                        .option(ChannelOption.ALLOCATOR, world.allocator());
                int base = descriptors();
                long heap = LiveHeap.settledBytes();
                Churn churn = new Churn(client, listener.localAddress(), clientCloses, cycles).begin(ABREAST);
                watch(churn, base);
                int carriers = carriers(clients);
                // with io_uring a socket that waits for a datagram has the buffer for it
                long waiting = io == Io.IO_URING ? (long) MAX_DATAGRAM_BYTES * (carriers + 1) : 0;
                eventually(() -> assertTrue(world.allocator().metric().usedDirectMemory() <= waiting,
                        () -> world.allocator().metric().usedDirectMemory() + " bytes in " + carriers + " carriers"));
                int socket = io == Io.IO_URING ? MAX_HEAP_BYTES_PER_IO_URING_SOCKET : MAX_HEAP_BYTES_PER_SOCKET;
                long bound = (long) socket * (carriers + SPARE)
                        + (clientCloses ? 0 : MAX_HEAP_BYTES_OF_RECORDS);
                eventually(() -> {
                    long growth = LiveHeap.bytes() - heap;
                    assertTrue(growth < bound, () -> carriers + " carriers, and the heap grew by " + growth + " bytes");
                });
                finished(listener.close());
            } finally {
                SocketWorld.end(clients);
                SocketWorld.end(servers);
            }
        }
    }

    private static CulvertServerChannel listener(SocketWorld world, EventLoopGroup servers, boolean closes)
            throws Exception {
        ServerBootstrap server = new ServerBootstrap().group(servers).channel(CulvertServerChannel.class)
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Churn.Replier(closes));
                    }
                });
        return (CulvertServerChannel) finished(server.bind(world.anyPort())).channel();
    }

    /** Looks at the open descriptors until all is over: never more than sessions began in the time of a reuse. */
    private static void watch(Churn churn, int base) throws Exception {
        List<Integer> ended = new ArrayList<>();
        int[] most = {0, 0};
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(LOOK)
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> {
                    ended.add(churn.ended());
                    int before = Math.max(0, ended.size() - 1 - LOOKS_OF_QUIET);
                    most[0] = Math.max(most[0], ended.get(ended.size() - 1) - ended.get(before));
                    most[1] = Math.max(most[1], descriptors() - base);
                    return churn.isOver();
                });
        churn.finish(0);
        assertTrue(most[1] <= most[0] + SPARE, () -> most[1] + " descriptors, and never more than " + most[0]
                + " sessions in " + LOOK.multipliedBy(LOOKS_OF_QUIET));
    }

    private static int carriers(EventLoopGroup group) throws Exception {
        int carriers = 0;
        for (EventExecutor loop : group) {
            carriers += loop.submit(() -> CarrierRegistry.of((EventLoop) loop).size()).get();
        }
        return carriers;
    }

    private static int descriptors() {
        String[] open = DESCRIPTORS.list();
        return open == null ? 0 : open.length;
    }

    /** The session that has become ESTABLISHED. */
    private static final class Established implements SessionObserver {
        private volatile WeakReference<SessionView> session;

        @Override
        public void stateChanged(SessionView view, ConnectionState from, ConnectionState to, ConnectionEvent event,
                long nowNanos) {
            if (to == ConnectionState.ESTABLISHED) {
                session = new WeakReference<>(view);
            }
        }
    }
}
