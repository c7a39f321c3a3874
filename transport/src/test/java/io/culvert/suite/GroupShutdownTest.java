/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.PATIENCE_SECONDS;
import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.failure;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.state.ConnectionState;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An event loop group that is shut down under sessions of every kind ends each of them, once and without a fuss. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GroupShutdownTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final byte[] MEBIBYTE = SeededPattern.bytes(1 << 20, 2);
    private static final int LONG_MSL_MILLIS = 10_000;

    /** Ways to shut a group down. */
    private enum Way {
        BY_DEFAULT {
            @Override
            void shutDown(EventLoopGroup group) {
                group.shutdownGracefully();
            }
        },
        WITH_A_SHORT_QUIET_PERIOD {
            @Override
            void shutDown(EventLoopGroup group) {
                group.shutdownGracefully(100, 10_000, TimeUnit.MILLISECONDS);
            }
        },
        WITHOUT_A_QUIET_PERIOD {
            @Override
            void shutDown(EventLoopGroup group) {
                group.shutdownGracefully(0, 10, TimeUnit.SECONDS);
            }
        },
        WITHOUT_A_QUIET_PERIOD_BY_A_TASK_OF_THE_LOOP {
            @Override
            void shutDown(EventLoopGroup group) {
                group.next().execute(() -> group.shutdownGracefully(0, 10, TimeUnit.SECONDS));
            }
        };

        abstract void shutDown(EventLoopGroup group);
    }

    /** Every kind of loop and every way; both addresses come up with each. */
    static Stream<Arguments> everyLoopAndWay() {
        return Stream.of(Io.values()).flatMap(io -> Stream.of(Way.values()).map(way -> Arguments.of(new Setting(io,
                Loopback.values()[(io.ordinal() + way.ordinal()) % Loopback.values().length]), way)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyLoopAndWay")
    void everySessionEndsOnceAndCleanly(Setting setting, Way way) throws Exception {
        try (SocketWorld world = new SocketWorld(setting);
                DatagramSocket silent = new DatagramSocket(world.anyPort());
                LoggedLines lines = new LoggedLines()) {
            EventLoopGroup ending = world.newGroup(1 + way.ordinal() % 2);
            Sessions sessions = new Sessions(world, ending, (InetSocketAddress) silent.getLocalSocketAddress());

            way.shutDown(ending);
            assertTrue(ending.terminationFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS), "never ended");

            sessions.assertEnded();
            // one a socket: those of the live, the lingering and the connecting client, and of both servers
            lines.assertEach("closed under 1 live sessions", 5);
            assertPortsAreFree(sessions.ports());
        }
    }

    private static void assertPortsAreFree(List<InetSocketAddress> ports) {
        for (InetSocketAddress port : ports) {
            eventually(() -> assertDoesNotThrow(() -> new DatagramSocket(port).close()));
        }
    }

    /** One session of each kind on a group, its peer outside. */
    private static final class Sessions {
        private final SocketWorld world;
        private final EventLoopGroup group;
        private final CulvertServerChannel unread;
        private final PairBuilder.Accepted acceptedUnread = new PairBuilder.Accepted();
        private final List<Channel> all = new ArrayList<>();
        private final List<InetSocketAddress> ports = new ArrayList<>();
        private final Recorder live = new Recorder();
        private final Recorder accepted;
        private final Recorder timeWait = new Recorder();
        private final Recorder lingering = new Recorder();
        private final Recorder connecting = new Recorder();
        private final List<Future<?>> undelivered = new ArrayList<>();
        private final ChannelFuture connect;
        private final Future<?> lingeringClose;

        Sessions(SocketWorld world, EventLoopGroup group, InetSocketAddress silent) throws Exception {
            this.world = world;
            this.group = group;
            unread = world.bind(world.server(acceptedUnread).childOption(ChannelOption.AUTO_READ, false));

            writeUnread(connect(client(live), unread));
            accepted = acceptFromOutside();
            leaveOneUnaccepted();
            CulvertChannel closing = connect(client(lingering), unread);
            writeUnread(closing);
            lingeringClose = closing.close();
            CulvertChannel closed = connect(client(timeWait).option(CulvertChannelOption.MSL_MILLIS, LONG_MSL_MILLIS),
                    unread);
            CulvertChannel peerOfClosed = peerOf(closed, undelivered.size() + 1);
            finished(closed.close());
            finished(peerOfClosed.close());
            eventually(() -> assertEquals(ConnectionState.TIME_WAIT, closed.info().state()));

            connect = client(connecting).connect(silent);
            CulvertChannel pending = (CulvertChannel) connect.channel();
            eventually(() -> assertTrue(pending.info() != null
                    && pending.info().state() == ConnectionState.SYN_SENT));
            keep(pending);
        }

        /** They are accepted in any order, being on several loops. */
        private CulvertChannel peerOf(CulvertChannel client, int accepting) throws Exception {
            CulvertChannel peer = null;
            for (int i = 0; i < accepting; i++) {
                CulvertChannel next = world.resetAtEnd(acceptedUnread.next().channel());
                if (next.remoteAddress().equals(client.localAddress())) {
                    peer = next;
                }
            }
            return peer;
        }

        private Bootstrap client(Recorder recorder) {
            return world.client(recorder).clone(group).option(ChannelOption.SO_SNDBUF, 2 * MEBIBYTE.length);
        }

        private <C extends Channel> C keep(C channel) {
            all.add(channel);
            ports.add((InetSocketAddress) channel.localAddress());
            return channel;
        }

        private CulvertChannel connect(Bootstrap client, CulvertServerChannel to) throws Exception {
            return keep((CulvertChannel) finished(client.connect(to.localAddress())).channel());
        }

        /** More than the peer's window takes, so that some of it is never delivered. */
        private void writeUnread(CulvertChannel channel) throws Exception {
            finished(channel.writeAndFlush(Unpooled.wrappedBuffer(MEBIBYTE)));
            undelivered.add(channel.delivered());
        }

        private ServerBootstrap server(PairBuilder.Accepted children) {
            return world.server(children, group, group);
        }

        private Recorder acceptFromOutside() throws Exception {
            PairBuilder.Accepted children = new PairBuilder.Accepted();
            CulvertServerChannel listener = keep(world.bind(server(children)));
            Channel outside = finished(world.client(new Recorder()).connect(listener.localAddress())).channel();
            finished(outside.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            Recorder child = children.next();
            child.awaitBytes(SOME.length);
            all.add(child.channel());
            return child;
        }

        private void leaveOneUnaccepted() throws Exception {
            CulvertServerChannel listener = keep(world.bind(server(new PairBuilder.Accepted())
                    .option(ChannelOption.AUTO_READ, false)));
            CulvertChannel outside =
                    (CulvertChannel) finished(world.client(new Recorder()).connect(listener.localAddress())).channel();
            finished(outside.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(outside.delivered());
        }

        List<InetSocketAddress> ports() {
            return ports;
        }

        void assertEnded() throws Exception {
            for (Channel channel : all) {
                assertTrue(channel.closeFuture().isSuccess(), channel::toString);
                assertFalse(channel.isOpen());
                assertFalse(channel.isActive());
                assertFalse(channel.isRegistered(), channel::toString);
            }
            for (Recorder recorder : List.of(live, accepted, timeWait, lingering)) {
                assertEquals(List.of(Recorder.ACTIVE, Recorder.INACTIVE), recorder.events());
            }
            assertEquals(List.of(), connecting.events());
            assertInstanceOf(IOException.class, failure(connect));
            for (Future<?> delivered : undelivered) {
                assertInstanceOf(IOException.class, failure(delivered));
            }
            finished(lingeringClose);
        }
    }
}
