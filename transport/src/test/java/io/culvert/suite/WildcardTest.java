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
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers bound to the wildcard address: a client's socket hears nothing but what comes from the address it asked. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WildcardTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);

    @ParameterizedTest
    @EnumSource(Io.class)
    void everyAddressOfTheHostAnswersForItselfOnTheIpv6Wildcard(Io io) throws Exception {
        Loopback.IPV6.address();
        answers(io, "::", hostAddresses(true));
    }

    @ParameterizedTest
    @EnumSource(Io.class)
    void everyIpv4AddressOfTheHostAnswersForItselfOnTheIpv4Wildcard(Io io) throws Exception {
        answers(io, "0.0.0.0", hostAddresses(false));
    }

    @ParameterizedTest
    @EnumSource(value = Io.class, names = "EPOLL")
    void anAddressOfLoopbackThatNoInterfaceListsAnswersForItself(Io io) throws Exception {
        answers(io, "0.0.0.0", List.of(InetAddress.getByName("127.0.0.5"), InetAddress.getByName("127.1.2.3")));
    }

    private static List<InetAddress> hostAddresses(boolean ipv6) throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (each.isUp()) {
                addresses.addAll(Collections.list(each.getInetAddresses()));
            }
        }
        addresses.removeIf(address -> !ipv6 && !(address instanceof Inet4Address));
        assumeTrue(!addresses.isEmpty(), "skipped: no address");
        return addresses;
    }

    private static void answers(Io io, String wildcard, List<InetAddress> addresses) throws Exception {
        try (SocketWorld world = new SocketWorld(new Setting(io, Loopback.IPV4))) {
            EventLoopGroup servers = world.newGroup(2);
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            ChannelFuture bind = world.server(accepted, servers, servers).bind(wildcard, 0);
            CulvertServerChannel listener = (CulvertServerChannel) finished(bind).channel();
            assertTrue(listener.localAddress().getAddress().isAnyLocalAddress());
            for (InetAddress address : addresses) {
                for (int session = 0; session < 4; session++) {
                    Recorder atClient = new Recorder();
                    InetSocketAddress asked = new InetSocketAddress(address, listener.localAddress().getPort());
                    ChannelFuture connect = world.client(atClient).connect(asked);
                    assertTrue(connect.await(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS), asked::toString);
                    CulvertChannel client = (CulvertChannel) finished(connect).channel();
                    finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                    Recorder atServer = accepted.next();
                    atServer.awaitBytes(SOME.length);
                    assertEquals(asked, atServer.channel().localAddress());
                    assertEquals(client.localAddress(), atServer.channel().remoteAddress());
                    atServer.channel().writeAndFlush(Unpooled.wrappedBuffer(SOME));
                    atClient.awaitBytes(SOME.length);
                    finished(client.close());
                    eventually(() -> assertTrue(!atServer.channel().isOpen()));
                }
            }
            finished(listener.close());
            SocketWorld.end(servers);
        }
    }
}
