/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketShutdownOutputBySelfTest;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The original with a channel of ours where it has a kernel's socket, and with the method that it has disabled. */
abstract class ShutdownOutputBySelfTests extends SocketShutdownOutputBySelfTest {
    private static final byte[] SOME = {1, 2, 3, 4, 5, 6};

    private final IoKind io;

    ShutdownOutputBySelfTests(IoKind io) {
        this.io = io;
    }

    @Override
    protected List<BootstrapFactory<Bootstrap>> newFactories() {
        return io.clientFactories();
    }

    private BlockingServerSocket listen() throws InterruptedException {
        return new BlockingServerSocket(io.server(), newSocketAddress());
    }

    @Override
    public void testShutdownOutput(Bootstrap cb) throws Throwable {
        Recorder recorder = new Recorder();
        try (BlockingServerSocket listener = listen()) {
            SocketChannel channel = (SocketChannel) cb.handler(recorder).connect(listener.localAddress()).sync()
                    .channel();
            assertState(channel, false);
            BlockingSocket peer = listener.accept();
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})).sync();
            assertEquals(1, peer.read());
            assertState(channel, false);

            channel.shutdownOutput().sync();
            assertEquals(-1, peer.read());
            assertState(channel, true);

            // the other half is open
            peer.write(1);
            assertEquals(1, recorder.received.take().intValue());
            peer.close();
            channel.close().sync();
        }
    }

    private static void assertState(SocketChannel channel, boolean outputShutdown) {
        assertTrue(channel.isOpen());
        assertTrue(channel.isActive());
        assertFalse(channel.isInputShutdown());
        assertEquals(outputShutdown, channel.isOutputShutdown());
    }

    @Override
    public void testShutdownOutputAfterClosed(Bootstrap cb) throws Throwable {
        try (BlockingServerSocket listener = listen()) {
            SocketChannel channel = (SocketChannel) cb.handler(new Recorder()).connect(listener.localAddress()).sync()
                    .channel();
            assertTrue(channel.isActive());
            BlockingSocket peer = listener.accept();
            channel.close().sync();
            assertInstanceOf(ClosedChannelException.class, channel.shutdownInput().await().cause());
            assertInstanceOf(ClosedChannelException.class, channel.shutdownOutput().await().cause());
            peer.close();
        }
    }

    @Test
    @Override
    public void testWriteAfterShutdownOutputNoWritabilityChange(TestInfo testInfo) throws Throwable {
        run(testInfo, this::testWriteAfterShutdownOutputNoWritabilityChange);
    }

    @Override
    public void testWriteAfterShutdownOutputNoWritabilityChange(Bootstrap cb) throws Throwable {
        Recorder recorder = new Recorder();
        cb.option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(2, 4));
        try (BlockingServerSocket listener = listen()) {
            SocketChannel channel = (SocketChannel) cb.handler(recorder).connect(listener.localAddress()).sync()
                    .channel();
            BlockingSocket peer = listener.accept();
            // on the event loop, where no task of Netty's is counted besides
            ChannelFuture write =
                    channel.eventLoop().submit(() -> channel.write(Unpooled.wrappedBuffer(SOME))).sync().getNow();
            assertFalse(recorder.writability.take());
            channel.flush();
            write.sync();
            assertTrue(recorder.writability.take());
            for (byte expected : SOME) {
                assertEquals(expected, peer.read());
            }

            channel.shutdownOutput().sync();
            assertEquals(-1, peer.read());
            assertState(channel, true);
            assertInstanceOf(ClosedChannelException.class,
                    channel.writeAndFlush(Unpooled.wrappedBuffer(SOME)).await().cause());
            channel.eventLoop().submit(() -> { }).sync();
            assertNull(recorder.writability.poll());
            peer.close();
            channel.close().sync();
        }
    }

    @Override
    public void testShutdownOutputSoLingerNoAssertError(Bootstrap cb) throws Throwable {
        shutdownWithSoLinger(cb, true);
    }

    @Override
    public void testShutdownSoLingerNoAssertError(Bootstrap cb) throws Throwable {
        shutdownWithSoLinger(cb, false);
    }

    private void shutdownWithSoLinger(Bootstrap cb, boolean output) throws Throwable {
        try (BlockingServerSocket listener = listen()) {
            SocketChannel channel = (SocketChannel) cb.option(ChannelOption.SO_LINGER, 1)
                    .handler(new ChannelInboundHandlerAdapter()).connect(listener.localAddress()).sync().channel();
            BlockingSocket peer = listener.accept();
            (output ? channel.shutdownOutput() : channel.shutdown()).sync();
            assertEquals(-1, peer.read());
            peer.close();
            channel.close().sync();
        }
    }

    private static final class Recorder extends SimpleChannelInboundHandler<ByteBuf> {
        private final BlockingQueue<Byte> received = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> writability = new LinkedBlockingQueue<>();

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
            received.add(data.readByte());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            writability.add(ctx.channel().isWritable());
        }
    }
}
