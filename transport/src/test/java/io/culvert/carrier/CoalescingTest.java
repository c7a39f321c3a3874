/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.listen.EndpointKeys;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trains and single datagrams through a carrier's real socket: each datagram comes as it was sent, alone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoalescingTest {
    private static final int SEGMENT_BYTES = 1472;
    /** As many as a train has room for. */
    private static final int SEGMENTS = 44;
    /** UDP over IPv4. */
    private static final int LARGEST_BYTES = 65_507;

    /** One as it came; a train's share one object for where they came from. */
    private record Arrival(byte[] bytes, InetSocketAddress from) {
    }

    private final List<byte[]> sent = new ArrayList<>();
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final Random random = new Random(5);
    private EventLoopGroup group;
    private Channel sender;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll");
        assumeTrue(EpollDatagramChannel.isSegmentedDatagramPacketSupported(), "skipped: no UDP_SEGMENT");
        group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        sender = new Bootstrap().group(group).channel(EpollDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
    }

    @AfterEach
    void close() throws Exception {
        group.shutdownGracefully(0, 20, TimeUnit.SECONDS).sync();
        assertEquals(0, allocator.metric().usedDirectMemory());
    }

    @Test
    void aTrainComesAsTheDatagramsItIsMadeOf() throws Exception {
        Carrier carrier = carrier(true);
        assertTrue(carrier.offload().coalescesOnReceive());
        sendTrain(carrier, SEGMENTS * SEGMENT_BYTES, SEGMENT_BYTES);
        // what came in one read: otherwise nothing is shown here
        List<Arrival> train = received(SEGMENTS);
        for (Arrival each : train) {
            assertSame(train.get(0).from, each.from);
        }
    }

    @Test
    void theLastOfATrainMayBeShorter() throws Exception {
        Carrier carrier = carrier(true);
        for (int last : new int[] {1, 12, SEGMENT_BYTES - 1}) {
            sendTrain(carrier, 9 * SEGMENT_BYTES + last, SEGMENT_BYTES);
            received(10);
        }
    }

    @Test
    void oneDatagramIsOneHoweverLargeItIs() throws Exception {
        Carrier carrier = carrier(true);
        for (int bytes : new int[] {LARGEST_BYTES, 1, SEGMENT_BYTES, LARGEST_BYTES - 1, 65_472, 32_768}) {
            sendTrain(carrier, bytes, bytes);
            received(1);
        }
    }

    @Test
    void trainsAndSingleDatagramsOfAllSizesKeepTheirOrderAndTheirBorders() throws Exception {
        Carrier carrier = carrier(true);
        for (int round = 0; round < 300; round++) {
            int segment = 1 + random.nextInt(random.nextBoolean() ? 2000 : 30_000);
            int segments = 1 + random.nextInt(Math.min(60, LARGEST_BYTES / segment));
            int bytes = segment * segments - random.nextInt(segment);
            sendTrain(carrier, bytes, segment);
            received((bytes + segment - 1) / segment);
        }
    }

    @Test
    void withoutTheOptionDatagramsComeOneByOne() throws Exception {
        Carrier carrier = carrier(false);
        assertEquals(Offload.NONE, carrier.offload());
        sendTrain(carrier, 3 * SEGMENT_BYTES + 1, SEGMENT_BYTES);
        List<Arrival> single = received(4);
        assertNotSame(single.get(0).from, single.get(1).from);
    }

    @Test
    void aSocketThatCannotGoesWithout() throws Exception {
        EventLoopGroup selector = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Carrier carrier = carrier(selector, true);
            assertEquals(Offload.NONE, carrier.offload());
            sendTrain(carrier, 3 * SEGMENT_BYTES + 1, SEGMENT_BYTES);
            received(4);
        } finally {
            selector.shutdownGracefully(0, 20, TimeUnit.SECONDS).sync();
        }
    }

    private Carrier carrier(boolean offload) throws Exception {
        return carrier(group, offload);
    }

    private Carrier carrier(EventLoopGroup of, boolean offload) throws Exception {
        SimpleChannelInboundHandler<DatagramPacket> noting = new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket datagram) {
                arrivals.add(new Arrival(ByteBufUtil.getBytes(datagram.content()), datagram.sender()));
            }
        };
        CarrierFactory factory =
                new CarrierFactory(null, noting, null, EndpointKeys.ofProcess(), allocator, 0, offload);
        EventLoop loop = of.next();
        return loop.submit(() -> factory.bind(loop, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))).get();
    }

    private void sendTrain(Carrier carrier, int bytes, int segmentBytes) throws Exception {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        ByteBuf train = Unpooled.directBuffer(bytes).writeBytes(content);
        for (int at = 0; at < bytes; at += segmentBytes) {
            sent.add(ByteBufUtil.getBytes(train, at, Math.min(segmentBytes, bytes - at)));
        }
        sender.writeAndFlush(new SegmentedDatagramPacket(train, segmentBytes, carrier.local())).sync();
    }

    /** Takes what was sent and compares it with what came. */
    private List<Arrival> received(int datagrams) throws InterruptedException {
        assertEquals(datagrams, sent.size());
        List<Arrival> came = new ArrayList<>();
        for (byte[] expected : sent) {
            Arrival next = arrivals.poll(20, TimeUnit.SECONDS);
            assertNotNull(next, () -> "received " + came.size() + " of " + datagrams);
            assertArrayEquals(expected, next.bytes);
            came.add(next);
        }
        sent.clear();
        return came;
    }
}
