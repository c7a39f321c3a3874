/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What it costs to receive trains: they are put into a server's UDP pipeline, where a socket would put them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReceivePathTest {
    private static final int SEGMENTS = 44;
    private static final int SEGMENT_BYTES = 1472;
    private static final int TRAINS = 4;
    private static final int BATCH_SEGMENTS = TRAINS * SEGMENTS;
    private static final int READ_BYTES = 65536;
    private static final int WARM_UP_BATCHES = 30;
    private static final int BATCHES = 60;
    /** What allocators keep for the handful of buffers of a batch; the least object for a segment would take 16. */
    private static final int ALLOWED_BYTES_PER_SEGMENT = 12;

    private static final int SEQUENCE_NUMBER_AT = 4;

    /** Notes the peer's last segment, then stands in for the socket. */
    private static final class Socket extends ChannelDuplexHandler {
        private ChannelHandlerContext ctx;
        private byte[] header;
        private int sequence;
        private DatagramPacket[] train;
        private ByteBuf content;
        private int sent;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            ctx = context;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (train != null) {
                ReferenceCountUtil.release(message);
                return;
            }
            DatagramPacket packet = (DatagramPacket) message;
            byte[] bytes = ByteBufUtil.getBytes(packet.content());
            int headerBytes = 4 * (bytes[0] >> 4 & 0xf) - 8;
            if (bytes.length > headerBytes) {
                header = new byte[headerBytes];
                System.arraycopy(bytes, 0, header, 0, headerBytes);
                sequence = packet.content().getInt(packet.content().readerIndex() + SEQUENCE_NUMBER_AT)
                        + bytes.length - headerBytes;
                cut(packet);
            }
            context.fireChannelRead(message);
        }

        private void cut(DatagramPacket like) {
            // of the socket's allocator, whose buffers no leak detector writes a diary of
            content = ctx.alloc().directBuffer(SEGMENTS * SEGMENT_BYTES);
            DatagramPacket[] packets = new DatagramPacket[SEGMENTS];
            for (int i = 0; i < SEGMENTS; i++) {
                content.writeBytes(header).writeZero(SEGMENT_BYTES - header.length);
                packets[i] = new DatagramPacket(content.slice(i * SEGMENT_BYTES, SEGMENT_BYTES), like.recipient(),
                        like.sender());
            }
            train = packets;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (train == null) {
                context.write(message, promise);
                return;
            }
            sent++;
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            context.flush();
        }

        /** A batch of full trains, the next of the stream. */
        void batch(int trains) {
            for (int i = 0; i < trains; i++) {
                for (int at = 0; at < SEGMENTS; at++) {
                    content.setInt(at * SEGMENT_BYTES + SEQUENCE_NUMBER_AT, sequence);
                    sequence += SEGMENT_BYTES - header.length;
                    ctx.fireChannelRead(train[at].retain());
                }
            }
            ctx.fireChannelReadComplete();
        }
    }

    /** The application. */
    private static final class Counting extends ChannelInboundHandlerAdapter {
        private long bytes;
        private long reads;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            bytes += ((ByteBuf) message).readableBytes();
            reads++;
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void aBatchOfTrainsCostsOneAcknowledgmentAFewBuffersAndNothingForEachSegment() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SocketWorld world = new SocketWorld(new Setting(Io.NIO, Loopback.IPV4))) {
            Socket socket = new Socket();
            Counting application = new Counting();
            AtomicReference<CulvertChannel> accepted = new AtomicReference<>();
            CulvertServerChannel listener = world.bind(world.server(new ChannelInboundHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext context) {
                    accepted.set((CulvertChannel) context.channel());
                    context.pipeline().addLast(application);
                }
            }).option(CulvertChannelOption.DATAGRAM_HANDLER, socket).option(ChannelOption.SO_RCVBUF, 1 << 20)
                    .childOption(ChannelOption.RECVBUF_ALLOCATOR,
                            new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(16)));
            CulvertChannel client = world.connect(new ChannelInboundHandlerAdapter(), listener);
            finished(client.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            eventually(() -> assertTrue(accepted.get() != null && accepted.get().info().bytesReceived() == 1));
            EventLoop loop = accepted.get().eventLoop();
            finished(loop.submit(() -> {
                // RFC 7323 2.2: the window of a SYN,ACK, which is not scaled, takes one train
                socket.batch(1);
                feed(socket, WARM_UP_BATCHES);
            }));
            finished(loop.submit(() -> {
                long bytes = application.bytes;
                long reads = application.reads;
                int sent = socket.sent;
                long thread = Thread.currentThread().getId();
                long before = threads.getThreadAllocatedBytes(thread);
                feed(socket, BATCHES);
                long allocated = (threads.getThreadAllocatedBytes(thread) - before) / BATCHES / BATCH_SEGMENTS;
                int payload = SEGMENT_BYTES - socket.header.length;
                assertEquals((long) BATCHES * BATCH_SEGMENTS * payload, application.bytes - bytes);
                // RFC 5681 4.2, RFC 9293 3.8.6.2.2: one acknowledgment, and the window's update is in it
                assertEquals(BATCHES, socket.sent - sent);
                assertEquals((long) BATCHES * ((BATCH_SEGMENTS * payload + READ_BYTES - 1) / READ_BYTES),
                        application.reads - reads);
                assertTrue(allocated <= ALLOWED_BYTES_PER_SEGMENT, () -> allocated + " bytes a segment");
                return null;
            }));
            socket.content.release();
        }
    }

    private static void feed(Socket socket, int batches) {
        for (int i = 0; i < batches; i++) {
            socket.batch(TRAINS);
        }
    }
}
