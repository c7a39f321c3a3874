/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.observe.SessionObserver;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;

/**
 * One session of a {@link Lab} that carries bytes from the sender to the receiver, where they are counted as they are
 * read and, on request, compared.
 */
final class Flow {
    private static final int FIRST_PORT = 7000;
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final byte[] SECRET = "a bench's secret".getBytes();
    private static final SessionObserver NOBODY = new SessionObserver() {
    };

    private final StreamPattern pattern;
    private final CulvertChannel sender;
    private final Channel listener;
    private Channel receiver;
    private long wanted;
    private long written;
    private long received;
    private long connectedNanos = -1;
    private boolean compared;
    private SessionObserver observer = NOBODY;
    private Throwable failure;

    Flow(Lab lab, Controller controller, int number) {
        pattern = new StreamPattern(number);
        InetSocketAddress address = new InetSocketAddress(Lab.RECEIVER, FIRST_PORT + number);
        ServerBootstrap server = new ServerBootstrap().group(lab.world().loop()).channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY,
                        lab.world().network().socketFactory(Lab.RECEIVER))
                .option(ChannelOption.ALLOCATOR, lab.world().allocator())
                .option(CulvertChannelOption.SECRET_KEY, SECRET)
                .option(CulvertChannelOption.CONGESTION_CONTROL, controller.factory())
                .childOption(ChannelOption.ALLOCATOR, lab.world().allocator())
                .childHandler(new Sink());
        Bootstrap client = new Bootstrap().group(lab.world().loop()).channel(CulvertChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, lab.world().network().socketFactory(Lab.SENDER))
                .option(ChannelOption.ALLOCATOR, lab.world().allocator())
                .option(CulvertChannelOption.SECRET_KEY, SECRET)
                .option(CulvertChannelOption.CONGESTION_CONTROL, controller.factory())
                .handler(new Source());
        if (lab.buffers().areSet()) {
            int bytes = lab.buffers().bytes();
            server.option(ChannelOption.SO_RCVBUF, bytes);
            client.option(ChannelOption.SO_SNDBUF, bytes).option(ChannelOption.SO_RCVBUF, bytes);
        }
        listener = server.bind(address).channel();
        sender = (CulvertChannel) client.connect(address).channel();
    }

    /** Sets who watches the sending side; before it connects. */
    Flow observedBy(SessionObserver observer) {
        this.observer = observer;
        sender.config().setOption(CulvertChannelOption.SESSION_OBSERVER, observer);
        return this;
    }

    /** Compares every byte that arrives. */
    Flow compared() {
        compared = true;
        return this;
    }

    /** Sends without end. */
    Flow sendForever() {
        return send(Long.MAX_VALUE);
    }

    /** Sends so many bytes more, as soon as the session is open. */
    Flow send(long bytes) {
        wanted = bytes == Long.MAX_VALUE ? bytes : wanted + bytes;
        if (sender.isActive()) {
            write();
        }
        return this;
    }

    boolean isConnected() {
        return connectedNanos >= 0;
    }

    /** When the sender was told that it is connected, -1 before. */
    long connectedNanos() {
        return connectedNanos;
    }

    /** Payload bytes that the receiving application has read. */
    long receivedBytes() {
        check();
        return received;
    }

    /** The sending session as it is now. */
    SessionInfo info() {
        check();
        return sender.info();
    }

    /** Ends both sides at once, without a word. */
    void abort() {
        listener.close();
        if (receiver != null) {
            receiver.config().setOption(ChannelOption.SO_LINGER, 0);
            receiver.close();
        }
        sender.config().setSoLinger(0);
        sender.close();
        pattern.release();
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException("the session failed: " + failure, failure);
        }
    }

    private void write() {
        while (written < wanted && sender.isWritable()) {
            ByteBuf chunk = pattern.slice(written, Math.min(CHUNK_BYTES, wanted - written));
            written += chunk.readableBytes();
            sender.write(chunk, sender.voidPromise());
        }
        sender.flush();
    }

    private final class Source extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            connectedNanos = ctx.executor().ticker().nanoTime();
            write();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                write();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = cause;
        }
    }

    private final class Sink extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            receiver = ctx.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (compared && !pattern.matches(received, bytes)) {
                failure = new IllegalStateException("wrong bytes behind byte " + received);
            }
            received += bytes.readableBytes();
            bytes.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = cause;
        }
    }
}
