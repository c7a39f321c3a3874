/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.observe.PcapTap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Sends back what it receives. */
@Command(name = "echo-server", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Sends back every byte it receives, until Ctrl-C.", "",
            "Prints the address it listens on, and a line for each session opened and closed. When a client ends its "
                    + "output, the server finishes the echo and then closes its side. It reads no faster than it can "
                    + "write, so a client that does not read is not read from.", ""})
final class EchoServer implements Callable<Integer> {
    private static final int CLOSE_SECONDS = 10;

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
        return serve(endpoint, capture, statistics, command.commandLine().getOut(), EchoHandler::new);
    }

    /** Listens until Ctrl-C, then closes the server and its sessions. */
    static int serve(Endpoint endpoint, Capture capture, Statistics statistics, PrintWriter out,
            Supplier<ChannelHandler> session) throws Exception {
        InetSocketAddress address = endpoint.toListen();
        ChannelGroup sessions = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
        try (Stop stop = new Stop(); PcapTap tap = capture.open();
                Stack stack = new Stack(Runtime.getRuntime().availableProcessors(), endpoint.ioHandlerFactory());
                Statistics.Printing printing = statistics.start(stack.group(), out)) {
            Channel server = new ServerBootstrap()
                    .group(stack.group())
                    .channel(CulvertServerChannel.class)
                    .option(CulvertChannelOption.SESSION_OBSERVER, tap)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            sessions.add(channel);
                            channel.pipeline().addLast(new SessionLog(out), session.get());
                        }
                    })
                    .bind(address).sync().channel();
            out.println("listening on " + Endpoint.text((InetSocketAddress) server.localAddress()) + " (udp)");
            CompletableFuture<Void> closed = new CompletableFuture<>();
            server.closeFuture().addListener(future -> closed.complete(null));
            stop.await(closed);
            server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
            sessions.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        return 0;
    }
}
