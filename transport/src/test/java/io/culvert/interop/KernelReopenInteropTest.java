/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import static io.culvert.interop.Blocking.PATIENCE_MILLIS;
import static io.culvert.interop.KernelSockets.State.CLOSE_WAIT;
import static io.culvert.interop.KernelSockets.State.ESTABLISHED;
import static io.culvert.interop.KernelSockets.State.LAST_ACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.suite.Io;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A port in TIME-WAIT serves another session to the Linux kernel's TCP, whatever that still holds of the old one. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelReopenInteropTest {
    private static final Duration LEAST_QUIET = Duration.ofSeconds(1);
    private static final Duration SPARE = Duration.ofMillis(100);

    private final Cut cut = new Cut();
    private TunBridge bridge;
    private ServerSocket listener;
    private EventLoopGroup group;
    private Duration rto;

    @BeforeEach
    void startBridge() throws Exception {
        bridge = TunBridge.start();
        listener = new ServerSocket(0, 16, bridge.kernelHost());
        listener.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void stop() throws Exception {
        if (group != null) {
            group.shutdownGracefully(100, PATIENCE_MILLIS, TimeUnit.MILLISECONDS).sync();
        }
        if (bridge != null) {
            listener.close();
            bridge.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Io.class)
    void theKernelAcceptsThePortAgainOnceItHasForgottenTheOldSession(Io io) throws Exception {
        group = new MultiThreadIoEventLoopGroup(1, io.factory());
        InetSocketAddress first = comesAndGoes(false);
        quiet();
        opensAndCarries(first);
    }

    // our last ACK is lost: the kernel is in LAST-ACK, and challenges the SYN (RFC 5961 4)
    @ParameterizedTest
    @EnumSource(Io.class)
    void theKernelAcceptsThePortAgainThoughItStillWaitsForTheLastAck(Io io) throws Exception {
        group = new MultiThreadIoEventLoopGroup(1, io.factory());
        InetSocketAddress first = comesAndGoes(true);
        quiet();
        assertEquals(LAST_ACK, kernelState(first.getPort()));
        cut.untilNextWrite();
        opensAndCarries(first);
    }

    private Channel connect() throws Exception {
        return new Bootstrap().group(group).channel(CulvertChannel.class)
                .option(CulvertChannelOption.DATAGRAM_HANDLER, cut)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(bridge.toKernel(listener.getLocalPort())).sync().channel();
    }

    /** Our side closes first; where it was. */
    private InetSocketAddress comesAndGoes(boolean lastAckLost) throws Exception {
        Channel channel = connect();
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        try (Socket kernel = listener.accept()) {
            channel.close().sync();
            rto = Duration.ofNanos(((CulvertChannel) channel).info().rtoNanos());
            eventually(() -> assertEquals(CLOSE_WAIT, kernelState(local.getPort())));
            cut.outbound(lastAckLost);
        }
        if (lastAckLost) {
            eventually(() -> assertEquals(1, cut.lost()));
            cut.inbound();
        } else {
            eventually(() -> assertNull(kernelState(local.getPort())));
        }
        return local;
    }

    private void opensAndCarries(InetSocketAddress before) throws Exception {
        Channel channel = connect();
        assertEquals(before, channel.localAddress());
        try (Socket kernel = listener.accept()) {
            kernel.setSoTimeout(PATIENCE_MILLIS);
            assertEquals(before.getPort(), kernel.getPort());
            assertEquals(ESTABLISHED, kernelState(before.getPort()));
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {42})).sync();
            assertEquals(42, kernel.getInputStream().read());
            channel.close().sync();
            assertEquals(-1, kernel.getInputStream().read());
        }
    }

    private KernelSockets.State kernelState(int peerPort) throws IOException {
        return KernelSockets.stateOf(bridge.kernelHost(), listener.getLocalPort(), peerPort);
    }

    private void quiet() {
        Duration wait = (rto.compareTo(LEAST_QUIET) > 0 ? rto : LEAST_QUIET).plus(SPARE);
        long begun = System.nanoTime();
        Awaitility.await().until(() -> System.nanoTime() - begun > wait.toNanos());
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofMillis(PATIENCE_MILLIS)).untilAsserted(assertion);
    }

    /** Loses datagrams, first what we send, then what comes as well. */
    @Sharable
    private static final class Cut extends ChannelDuplexHandler {
        private volatile boolean outbound;
        private volatile boolean inbound;
        private volatile boolean mends;
        private volatile int lost;

        void outbound(boolean cut) {
            outbound = cut;
        }

        void inbound() {
            inbound = true;
        }

        void untilNextWrite() {
            mends = true;
        }

        /** How many of ours were lost before {@link #inbound()}. */
        int lost() {
            return Math.min(1, lost);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (mends) {
                outbound = false;
                inbound = false;
            }
            if (outbound) {
                lost++;
                ReferenceCountUtil.release(message);
                promise.trySuccess();
            } else {
                ctx.write(message, promise);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (inbound) {
                ReferenceCountUtil.release(message);
            } else {
                ctx.fireChannelRead(message);
            }
        }
    }
}
