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

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.NetworkInterface;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;

/** RFC 8899 on a real loopback interface. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoopbackMtuTest {
    private static final int MIB = 1 << 20;
    private static final int LOOPBACK_MTU = 65536;
    /** The longest IP packet. */
    private static final int FULL_SIZE = 65535;

    @EverySetting
    void loopbackReachesItsFullSizeBothWays(Setting setting) throws Exception {
        int mtu = NetworkInterface.getByInetAddress(setting.loopback().address()).getMTU();
        assumeTrue(mtu == LOOPBACK_MTU, () -> "skipped: the loopback interface has an MTU of " + mtu);
        int length = 16 * MIB;
        try (SocketWorld world = new SocketWorld(setting)) {
            AtomicReference<CulvertChannel> accepted = new AtomicReference<>();
            ServerBootstrap server = world.server(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    accepted.set((CulvertChannel) channel);
                    channel.pipeline().addLast(new EchoHandler());
                }
            }).option(ChannelOption.SO_RCVBUF, MIB).childOption(ChannelOption.SO_SNDBUF, MIB)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            StreamEnd end = new StreamEnd(new SeededPattern(length), length, world.allocator());
            Bootstrap client = world.client(end).option(ChannelOption.SO_RCVBUF, MIB)
                    .option(ChannelOption.SO_SNDBUF, MIB).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
            CulvertServerChannel listener = world.bind(server);
            CulvertChannel channel = (CulvertChannel) finished(client.connect(listener.localAddress())).channel();
            assertEquals(length, end.ended().get(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS));
            for (SessionInfo info : new SessionInfo[] {channel.info(), accepted.get().info()}) {
                assertEquals(FULL_SIZE, info.mtu(), info::toString);
                assertTrue(info.segmentsSent() < length / 8192, info::toString);
            }
            finished(channel.close());
            eventually(() -> assertTrue(!accepted.get().isOpen(), () -> accepted.get().info().toString()));
        }
    }
}
