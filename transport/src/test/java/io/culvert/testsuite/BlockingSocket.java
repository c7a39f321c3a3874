/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import static io.culvert.testsuite.BlockingServerSocket.PATIENCE_SECONDS;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The peer that Netty's testsuite takes {@link java.net.Socket} for: a channel of ours, used from outside. */
final class BlockingSocket extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int END = -1;

    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private final Bootstrap bootstrap;
    private volatile SocketChannel channel;

    /** For a channel that is accepted. */
    BlockingSocket() {
        this(null);
    }

    BlockingSocket(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    void connect(SocketAddress address) throws IOException {
        finished(bootstrap.option(ChannelOption.ALLOW_HALF_CLOSURE, true).handler(this).connect(address));
    }

    void write(int data) throws IOException {
        finished(channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) data})));
    }

    /** The next byte, or -1 at the end of the input. */
    int read() throws IOException, InterruptedException {
        Integer next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new SocketTimeoutException("nothing to read");
        }
        return next;
    }

    void shutdownOutput() throws IOException {
        finished(channel.shutdownOutput());
    }

    void close() {
        if (channel != null) {
            channel.close().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void finished(ChannelFuture future) throws IOException {
        if (!future.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new SocketTimeoutException("not finished: " + future);
        }
        if (!future.isSuccess()) {
            throw new IOException(future.cause());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = (SocketChannel) ctx.channel();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
        while (data.isReadable()) {
            received.add((int) data.readUnsignedByte());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            received.add(END);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        received.add(END);
    }
}
