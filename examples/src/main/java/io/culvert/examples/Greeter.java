/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Half-close in forty lines. */
@Command(name = "greeter", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Says one line to every client and ends its output, until Ctrl-C.", "",
            "The server goes on reading until the client ends its output too, then closes: half-close. It sent "
                    + "the first FIN, so it is the side that stays in TIME-WAIT. To see it, type into an echo-client "
                    + "without --size and end with Ctrl-D.", ""})
final class Greeter implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private Endpoint endpoint;

    @Mixin
    private Capture capture;

    @Mixin
    private Statistics statistics;

    @Override
    public Integer call() throws Exception {
        return EchoServer.serve(endpoint, capture, statistics, command.commandLine().getOut(), Greeting::new);
    }

    private static final class Greeting extends SimpleChannelInboundHandler<Object> {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), "Hello from the greeter. I listen until you end.\n"));
            ((DuplexChannel) ctx.channel()).shutdownOutput();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Object ignored) {
            // Read to the end: bytes left unread at close would reset the session (RFC 2525 section 2.17).
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
