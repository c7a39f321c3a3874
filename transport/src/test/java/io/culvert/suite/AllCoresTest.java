/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.failure;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;

/** A server on a group of several event loops. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AllCoresTest {
    private static final int LOOPS = 4;
    private static final int SESSIONS = 64;
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final byte[] SOME_TEXT = SeededPattern.bytes(500, 3);

    @EverySetting
    void bulkLoadsEveryLoopAlikeWithOneGroup(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup servers = world.newGroup(LOOPS);
            bulk(world, servers, servers);
            SocketWorld.end(servers);
        }
    }

    @EverySetting
    void bulkLoadsEveryWorkerAlikeWithABossAndWorkers(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            EventLoopGroup workers = world.newGroup(LOOPS);
            bulk(world, boss, workers);
            SocketWorld.end(workers);
            SocketWorld.end(boss);
        }
    }

    /** Every session sends the same; what each loop's sessions receive is its load. */
    private static void bulk(SocketWorld world, EventLoopGroup boss, EventLoopGroup workers) throws Exception {
        Loads loads = new Loads();
        CulvertServerChannel listener = world.bind(world.server(loads, boss, workers));
        List<CulvertChannel> clients = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            clients.add(world.connect(new Recorder(), listener));
        }
        byte[] bulk = SeededPattern.bytes(256 * 1024, 2);
        clients.forEach(client -> client.writeAndFlush(Unpooled.wrappedBuffer(bulk)));
        long all = (long) SESSIONS * bulk.length;
        eventually(() -> assertEquals(all, loads.total()));
        double mean = all / (double) LOOPS;
        for (EventExecutor loop : workers) {
            assertEquals(mean, loads.of(loop), mean / 4, () -> "the load of one loop among " + loads);
        }
        for (CulvertChannel client : clients) {
            finished(client.close());
        }
        finished(listener.close());
    }

    @EverySetting
    void sessionsOpenedBeforeTheWorkersAreKnownRunOnThem(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            EventLoopGroup workers = world.newGroup(LOOPS);
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            // nothing is accepted yet, so that every handshake happens on the boss's loop
            CulvertServerChannel listener = world.bind(world.server(accepted, boss, workers)
                    .option(ChannelOption.AUTO_READ, false));
            Map<CulvertChannel, Recorder> clients = new HashMap<>();
            for (int i = 0; i < SESSIONS; i++) {
                Recorder recorder = new Recorder();
                CulvertChannel client = world.connect(recorder, listener);
                finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                clients.put(client, recorder);
            }
            listener.config().setAutoRead(true);

            Map<EventLoop, Integer> channels = new HashMap<>();
            for (int i = 0; i < SESSIONS; i++) {
                Recorder recorder = accepted.next();
                recorder.awaitBytes(SOME.length);
                recorder.channel().writeAndFlush(Unpooled.wrappedBuffer(SOME));
                channels.merge(recorder.channel().eventLoop(), 1, Integer::sum);
            }
            assertEquals(LOOPS, channels.size());
            for (EventExecutor worker : workers) {
                assertEquals(SESSIONS / LOOPS, channels.get(worker), 2, channels::toString);
            }
            // the kernel divides the peers anew among the sockets there are now, and no session is stranded
            for (Map.Entry<CulvertChannel, Recorder> client : clients.entrySet()) {
                client.getValue().awaitBytes(SOME.length);
                finished(client.getKey().close());
            }
            finished(listener.close());
            SocketWorld.end(workers);
            SocketWorld.end(boss);
        }
    }

    @EverySetting
    void aRehashStrandsNeitherHalfOpenSessionsNorTimeWait(Setting setting) throws Exception {
        List<RawPeer> peers = new ArrayList<>();
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            EventLoopGroup workers = world.newGroup(LOOPS);
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = world.bind(world.server(accepted, boss, workers)
                    .option(CulvertChannelOption.MSL_MILLIS, 30_000));
            for (int i = 0; i < SESSIONS; i++) {
                peers.add(new RawPeer(listener.localAddress()));
                peers.get(i).opensHalf();
            }
            // the first session accepted has the workers' sockets opened, and the kernel divides the peers anew
            CulvertChannel first = world.connect(new Recorder(), listener);
            assertTrue(accepted.next().channel().isRegistered());
            for (EventExecutor worker : workers) {
                finished(worker.submit(() -> { }));
            }
            for (RawPeer peer : peers) {
                peer.opensFullyWith(SOME_TEXT);
                peer.awaitsAcknowledgment();
            }
            for (int i = 0; i < SESSIONS; i++) {
                Recorder recorder = accepted.next();
                recorder.awaitBytes(SOME_TEXT.length);
                recorder.channel().close();
            }
            for (RawPeer peer : peers) {
                peer.closesAfterTheServer();
            }
            for (RawPeer peer : peers) {
                peer.repeatsFin();
            }
            finished(first.close());
            finished(listener.close());
            SocketWorld.end(workers);
            SocketWorld.end(boss);
        } finally {
            peers.forEach(RawPeer::close);
        }
    }

    @EverySetting
    void aGroupNamedBeforehandServesFromTheStart(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup boss = world.newGroup(1);
            EventLoopGroup workers = world.newGroup(LOOPS);
            Loads loads = new Loads();
            CulvertServerChannel listener = world.bind(world.server(loads, boss, workers)
                    .option(CulvertChannelOption.CHILD_GROUP, workers));
            assertEquals(workers, listener.config().getOption(CulvertChannelOption.CHILD_GROUP));
            CulvertChannel client = world.connect(new Recorder(), listener);
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            eventually(() -> assertEquals(SOME.length, loads.total()));
            assertFalse(loads.loops().contains(listener.eventLoop()));
            finished(client.close());
            finished(listener.close());
            SocketWorld.end(workers);
            SocketWorld.end(boss);
        }
    }

    @EverySetting
    void theLoadOfSessionsThatHaveEndedIsForgotten(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup servers = world.newGroup(2);
            Loads loads = new Loads();
            CulvertServerChannel listener = world.bind(world.server(loads, servers, servers));
            Set<Object> loops = new HashSet<>();
            for (int round = 0; round < SESSIONS; round++) {
                CulvertChannel client = world.connect(new Recorder(), listener);
                finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                long expected = (round + 1L) * SOME.length;
                eventually(() -> assertEquals(expected, loads.total()));
                finished(client.close());
                loops.addAll(loads.loops());
            }
            assertEquals(2, loops.size());
            finished(listener.close());
            SocketWorld.end(servers);
        }
    }

    @EverySetting
    void aSecondServerOnThePortIsRefused(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup servers = world.newGroup(LOOPS);
            CulvertServerChannel listener = world.bind(world.server(new Recorder(), servers, servers));
            // once a session is accepted the sockets of all loops are there
            CulvertChannel client = world.connect(new Recorder(), listener);
            Throwable refusal = failure(world.server(new Recorder()).bind(listener.localAddress()));
            assertInstanceOf(BindException.class, refusal);
            finished(client.close());
            finished(listener.close());
            SocketWorld.end(servers);
        }
    }

    @EverySetting
    void theWholePortIsFreeWhenTheServerIsClosed(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            EventLoopGroup servers = world.newGroup(LOOPS);
            CulvertServerChannel first = world.bind(world.server(new Recorder(), servers, servers));
            for (int round = 0; round < 20; round++) {
                finished(first.close());
                assertFalse(first.isOpen());
                Channel next = finished(world.server(new Recorder(), servers, servers).bind(first.localAddress()))
                        .channel();
                assertTrue(next.isActive());
                first = (CulvertServerChannel) next;
            }
            finished(first.close());
            SocketWorld.end(servers);
        }
    }

    /** Counts the bytes that each loop's sessions receive. */
    @Sharable
    private static final class Loads extends ChannelInboundHandlerAdapter {
        private final Map<EventExecutor, LongAdder> bytes = new ConcurrentHashMap<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            bytes.computeIfAbsent(ctx.executor(), loop -> new LongAdder()).add(buffer.readableBytes());
            buffer.release();
        }

        long total() {
            return bytes.values().stream().mapToLong(LongAdder::sum).sum();
        }

        long of(EventExecutor loop) {
            LongAdder received = bytes.get(loop);
            return received == null ? 0 : received.sum();
        }

        Set<EventExecutor> loops() {
            return Set.copyOf(bytes.keySet());
        }

        @Override
        public String toString() {
            return bytes.values().toString();
        }
    }
}
