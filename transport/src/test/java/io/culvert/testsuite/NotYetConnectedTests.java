/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketChannelNotYetConnectedTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The original with a server channel of ours where it has a kernel's. */
abstract class NotYetConnectedTests extends SocketChannelNotYetConnectedTest {
    private static final int SENT = 42;

    private final IoKind io;

    NotYetConnectedTests(IoKind io) {
        this.io = io;
    }

    @Override
    protected List<BootstrapFactory<Bootstrap>> newFactories() {
        return io.clientFactories();
    }

    @Test
    @Override
    public void readMustBePendingUntilChannelIsActive(TestInfo info) throws Throwable {
        run(info, bootstrap -> {
            Channel server = io.server().childHandler(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    ctx.writeAndFlush(Unpooled.copyInt(SENT));
                }
            }).bind(newSocketAddress()).sync().channel();
            CompletableFuture<Integer> received = new CompletableFuture<>();
            Channel client = bootstrap.handler(new ByteToMessageDecoder() {
                @Override
                public void handlerAdded(ChannelHandlerContext ctx) {
                    assertFalse(ctx.channel().isActive());
                    ctx.read();
                }

                @Override
                protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
                    if (in.readableBytes() >= Integer.BYTES) {
                        received.complete(in.readInt());
                    }
                }
            }).connect(server.localAddress()).sync().channel();
            assertEquals(SENT, received.get(BlockingServerSocket.PATIENCE_SECONDS, TimeUnit.SECONDS));
            client.close().sync();
            server.close().sync();
        });
    }
}
