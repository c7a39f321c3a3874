/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.PATIENCE_SECONDS;
import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Timeout;

/** A stream to an echo server and back, byte for byte, with bounded memory, over good and bad paths. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EchoTest {
    private static final int MIB = 1 << 20;
    /** Both ends together: a batch of datagrams read by each, and the buffers of both directions. */
    private static final long MEMORY_BOUND_BYTES = 24 * MIB;
    /** So far a buffer of one direction may grow; they would follow a fast loopback to several times the bound. */
    private static final int MAX_BUFFER_BYTES = 2 * MIB;
    /** What fits an Ethernet, so that a short stream is many segments and loses some. */
    private static final int SMALL_SEGMENT_BYTES = 1448;
    private static final int SHORT_RTO_MILLIS = 20;
    /** RFC 6298 2.4's own minimum: a busy machine is no loss. */
    private static final int LONG_RTO_MILLIS = 1000;
    /** Longer than any backed-off retransmission of the last FIN. */
    private static final int MSL_MILLIS = 10_000;

    @EverySetting
    void echoes64MebibytesWithoutLoss(Setting setting) throws Exception {
        SessionInfo info = echo(setting, 64L * MIB, 0);
        // a machine that stands still for a while may see the tail probed
        assertTrue(info.retransmissions() <= info.tailLossProbes(), info::toString);
        assertTrue(info.bytesSent() - 64L * MIB <= info.tailLossProbes() * info.segmentBytes(), info::toString);
    }

    @EverySetting
    void echoes8MebibytesAtOnePercentLoss(Setting setting) throws Exception {
        SessionInfo info = echo(setting, 8L * MIB, 0.01);
        assertTrue(info.retransmissions() > 0, info::toString);
        assertEquals(8L * MIB, info.bytesReceived());
    }

    @EverySetting
    void echoes1MebibyteAtTenPercentLoss(Setting setting) throws Exception {
        SessionInfo info = echo(setting, MIB, 0.1);
        assertTrue(info.retransmissions() > 0, info::toString);
        assertEquals(MIB, info.bytesReceived());
    }

    private static SessionInfo echo(Setting setting, long length, double lost) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            AtomicReference<CulvertChannel> accepted = new AtomicReference<>();
            ServerBootstrap server = world.server(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    accepted.set((CulvertChannel) channel);
                    channel.pipeline().addLast(new EchoHandler());
                }
            }).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            StreamEnd end = new StreamEnd(new SeededPattern(length), length, world.allocator());
            Bootstrap client = world.client(end).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
            option(client, server, CulvertChannelOption.MSL_MILLIS, MSL_MILLIS);
            option(client, server, CulvertChannelOption.MAX_SEND_BUFFER_BYTES, MAX_BUFFER_BYTES);
            option(client, server, CulvertChannelOption.MAX_RECEIVE_BUFFER_BYTES, MAX_BUFFER_BYTES);
            option(client, server, CulvertChannelOption.RTO_MIN_MILLIS, lost > 0 ? SHORT_RTO_MILLIS : LONG_RTO_MILLIS);
            if (lost > 0) {
                option(client, server, CulvertChannelOption.TCP_MAXSEG, SMALL_SEGMENT_BYTES);
                server.option(CulvertChannelOption.DATAGRAM_HANDLER, LossyPath.onEveryChannel(lost, 1));
                client.option(CulvertChannelOption.DATAGRAM_HANDLER, LossyPath.onEveryChannel(lost, 2));
            }
            CulvertServerChannel listener = world.bind(server);
            CulvertChannel channel = (CulvertChannel) finished(client.connect(listener.localAddress())).channel();
            assertEquals(length, end.ended().completeOnTimeout(-1L, PATIENCE_SECONDS, TimeUnit.SECONDS).get(),
                    () -> channel.info() + "\n" + accepted.get().info());
            SessionInfo info = channel.info();
            finished(channel.close());
            eventually(() -> assertFalse(accepted.get().isOpen(), () -> info + "\n" + accepted.get().info()));
            if (lost == 0) {
                SessionInfo other = accepted.get().info();
                assertTrue(other.retransmissions() <= other.tailLossProbes(), () -> info + "\n" + other);
            }
            assertTrue(end.peakBytes() < MEMORY_BOUND_BYTES, () -> end.peakBytes() + " bytes in use");
            return info;
        }
    }

    private static <T> void option(Bootstrap client, ServerBootstrap server, ChannelOption<T> option, T value) {
        client.option(option, value);
        server.option(option, value);
    }
}
