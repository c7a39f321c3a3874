/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.SessionInfo;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/**
 * RFC 8899 between two hosts of one kernel, whose interfaces take more or less. Needs network namespaces, so root;
 * skipped without.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VethMtuTest {
    private static final int MIB = 1 << 20;
    private static final int JUMBO = 9000;
    private static final int ETHERNET = 1500;
    private static final int RTO_MIN_MILLIS = 50;

    /** What happens while the echo is under way. */
    private interface Meanwhile {
        void happens(CulvertChannel channel) throws Exception;
    }

    private static SessionInfo echo(VethLink link, Setting setting, long length, Meanwhile meanwhile) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Process server = link.startThere(EchoProgram.class, setting.io().name(),
                    link.addressThere(setting.loopback()).getHostAddress(), "" + JUMBO);
            try {
                int port = Integer.parseInt(server.inputReader().readLine());
                StreamEnd end = new StreamEnd(new SeededPattern(length), length, world.allocator());
                Bootstrap client = world.client(end)
                        .option(ChannelOption.SO_RCVBUF, EchoProgram.BUFFER_BYTES)
                        .option(ChannelOption.SO_SNDBUF, EchoProgram.BUFFER_BYTES)
                        .option(CulvertChannelOption.RTO_MIN_MILLIS, RTO_MIN_MILLIS)
                        .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
                InetSocketAddress address = new InetSocketAddress(link.addressThere(setting.loopback()), port);
                CulvertChannel channel = (CulvertChannel) finished(client.connect(address)).channel();
                meanwhile.happens(channel);
                assertEquals(length, end.ended().get(60, TimeUnit.SECONDS), () -> channel.info().toString());
                return channel.info();
            } finally {
                server.getOutputStream().close();
                server.waitFor(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    /** A socket that cannot set the don't-fragment bit stays with Ethernet's size. */
    private static boolean searches(Setting setting) {
        return setting.io() != Io.NIO || Runtime.version().feature() >= 19;
    }

    @EverySetting
    void jumboFramesAreUsed(Setting setting) throws Exception {
        try (VethLink link = VethLink.lay(JUMBO, JUMBO)) {
            SessionInfo info = echo(link, setting, 16 * MIB, channel -> { });
            assertEquals(searches(setting) ? JUMBO : ETHERNET, info.mtu(), info::toString);
        }
    }

    /** The other end believes in jumbo frames and has none: it is refused, and what is sent to it disappears. */
    @EverySetting
    void aNarrowerInterfaceAtTheOtherEndIsMeasured(Setting setting) throws Exception {
        try (VethLink link = VethLink.lay(JUMBO, 3000)) {
            SessionInfo info = echo(link, setting, 32 * MIB, channel -> { });
            if (searches(setting)) {
                assertTrue(info.mtu() > 2900 && info.mtu() <= 3004, info::toString);
            } else {
                assertEquals(ETHERNET, info.mtu(), info::toString);
            }
        }
    }

    @EverySetting
    void aLinkThatShrinksUnderASessionIsSurvived(Setting setting) throws Exception {
        try (VethLink link = VethLink.lay(JUMBO, JUMBO)) {
            SessionInfo info = echo(link, setting, 16 * MIB, channel -> {
                eventually(() -> assertTrue(channel.info().bytesReceived() > 2 * MIB));
                link.mtuThere(1400);
            });
            assertTrue(info.mtu() <= 1404, info::toString);
            assertTrue(info.mtu() >= 1200, info::toString);
        }
    }
}
