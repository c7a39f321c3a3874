/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.InetSocketAddress;

/**
 * How trains leave: in one piece where the socket segments, and otherwise datagram by datagram. Whether a socket
 * segments is known for certain only when it does: a driver, or a route, may refuse what the kernel offers. What is
 * refused goes out datagram by datagram at once, and a socket that goes on refusing is asked no more.
 */
final class Segmentation {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(Segmentation.class);

    /** Linux: the device cannot compute the checksums that segmentation needs. */
    private static final int EIO = 5;
    /** Linux: segments are too long for the interface, or the socket has no checksums. */
    private static final int EINVAL = 22;
    /** Newer Linux: segments are too long for the interface. */
    private static final int EMSGSIZE = 90;
    /** After a change of the path's MTU one flight of trains is too long; who refuses more has another reason. */
    private static final int MOST_REFUSED = 64;

    private final Carrier carrier;
    private int refused;

    Segmentation(Carrier carrier) {
        this.carrier = carrier;
    }

    /** Whether the kernel offers to cut trains for sockets of this kind. */
    static boolean isOfferedTo(Channel udp) {
        return CarrierFactory.EPOLL && udp instanceof EpollDatagramChannel
                && EpollDatagramChannel.isSegmentedDatagramPacketSupported()
                || CarrierFactory.IO_URING && udp instanceof IoUringDatagramChannel
                && IoUringDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    /** Writes a train, which is empty then. */
    void write(ChannelHandlerContext ctx, Train train) {
        int segmentBytes = train.segmentBytes();
        InetSocketAddress peer = train.peer();
        ChannelPromise promise = train.promise();
        boolean single = train.segments() == 1;
        ByteBuf datagrams = train.take();
        if (single) {
            ctx.write(new DatagramPacket(datagrams, peer), promise);
        } else if (carrier.offload().segmentsOnSend()) {
            ctx.write(new SegmentedDatagramPacket(datagrams, segmentBytes, peer),
                    new TrainPromise(ctx, datagrams.retain(), segmentBytes, peer, promise));
        } else {
            writeSingly(ctx, datagrams, segmentBytes, peer, promise);
        }
    }

    private static void writeSingly(ChannelHandlerContext ctx, ByteBuf datagrams, int segmentBytes,
            InetSocketAddress peer, ChannelPromise promise) {
        try {
            while (datagrams.isReadable()) {
                int bytes = Math.min(segmentBytes, datagrams.readableBytes());
                ctx.write(new DatagramPacket(datagrams.readRetainedSlice(bytes), peer), promise);
            }
        } finally {
            datagrams.release();
        }
    }

    /** Whether an error says that the train cannot leave as one; as single datagrams it may. */
    private static boolean isRefusal(Throwable cause) {
        return cause instanceof Errors.NativeIoException e
                && (e.expectedErr() == -EIO || e.expectedErr() == -EINVAL || e.expectedErr() == -EMSGSIZE);
    }

    private void refused(Throwable cause) {
        boolean forGood = ((Errors.NativeIoException) cause).expectedErr() == -EIO;
        Offload offload = carrier.offload();
        if (offload.segmentsOnSend() && (++refused > MOST_REFUSED || forGood)) {
            carrier.offload(new Offload(false, offload.coalescesOnReceive()));
            LOGGER.info("{}: UDP segmentation is refused ({}): datagrams leave one by one from now on",
                    carrier.udp(), cause.getMessage());
        }
    }

    /** Keeps what a train consists of until it has left. */
    private final class TrainPromise extends DatagramPromise {
        private final ChannelHandlerContext ctx;
        private final ByteBuf datagrams;
        private final int segmentBytes;
        private final InetSocketAddress peer;
        private final ChannelPromise promise;

        TrainPromise(ChannelHandlerContext ctx, ByteBuf datagrams, int segmentBytes, InetSocketAddress peer,
                ChannelPromise promise) {
            super(ctx.channel(), promise::tryFailure);
            this.ctx = ctx;
            this.datagrams = datagrams;
            this.segmentBytes = segmentBytes;
            this.peer = peer;
            this.promise = promise;
        }

        @Override
        void succeeded() {
            refused = 0;
            datagrams.release();
        }

        @Override
        void failed(Throwable cause) {
            if (isRefusal(cause)) {
                refused(cause);
                writeSingly(ctx, datagrams, segmentBytes, peer, promise);
                ctx.flush();
            } else {
                datagrams.release();
                super.failed(cause);
            }
        }
    }
}
