/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.examples.Ladder.Side;
import io.culvert.observe.PcapTap;
import io.culvert.observe.SessionObserver;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioIoHandler;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One session, both ends in this process, drawn as a ladder. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Runs a whole session over two UDP sockets of this machine and draws every segment.", "",
            "The client connects, sends --size bytes to an echo server, reads them back and closes. Each row is one "
                    + "datagram in the order of sending: the time in ms, the client's state, the segment, the "
                    + "server's state; sequence numbers are relative, with the absolute ones in parentheses; the "
                    + "states are those after the segment was sent and after it was processed.", ""})
final class Demo implements Callable<Integer> {
    private static final int MSL_MILLIS = 500;
    private static final int CLOSE_WAIT_MILLIS = 60;
    private static final int CLOSING_SECONDS = 60;

    @Spec
    private CommandSpec command;

    @Option(names = "--loss", paramLabel = "PERCENT", defaultValue = "0",
            description = "Lose this share of the datagrams, each way (default: ${DEFAULT-VALUE}).")
    private double lossPercent;

    @Option(names = "--delay", paramLabel = "MS", defaultValue = "0",
            description = "Delay every datagram (default: ${DEFAULT-VALUE}).")
    private int delayMillis;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Which datagrams are lost; the same number loses the same ones (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "4000",
            description = "What the client sends and gets back (default: ${DEFAULT-VALUE}).")
    private long size;

    @Mixin
    private Capture capture;

    @Override
    public Integer call() throws Exception {
        if (!(lossPercent >= 0 && lossPercent <= 100) || delayMillis < 0 || size < 0) {
            throw new ParameterException(command.commandLine(),
                    "--loss must be 0 to 100, --delay and --size must not be negative");
        }
        PrintWriter out = command.commandLine().getOut();
        CompletableFuture<Long> outcome = new CompletableFuture<>();
        // One loop for both ends, so that what they see has one order. NIO: a datagram a segment, on every platform.
        try (Stop stop = new Stop(); PcapTap tap = capture.open();
                Stack stack = new Stack(1, NioIoHandler.newFactory())) {
            Ladder ladder = new Ladder(stack.group().next(), new LadderPrinter(out, Terminal.detect()));
            Channel server = listen(stack, ladder);
            Channel client = connect(stack, ladder, tap, server, outcome);
            try {
                stop.await(outcome);
                client.close();
                stop.await(ladder.closed().completeOnTimeout(null, CLOSING_SECONDS, TimeUnit.SECONDS));
            } finally {
                client.close();
                server.close();
                stack.group().submit(ladder::finish).syncUninterruptibly();
                out.println(ladder.summary());
            }
            return stop.isRequested() ? EchoClient.INTERRUPTED : 0;
        }
    }

    private Channel listen(Stack stack, Ladder ladder) throws InterruptedException {
        Channel server = new ServerBootstrap()
                .group(stack.group())
                .channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.DATAGRAM_HANDLER, path(ladder, Side.SERVER))
                .option(CulvertChannelOption.SESSION_OBSERVER, ladder.observer(Side.SERVER))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new UnhurriedEcho());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
        stack.group().execute(() -> ladder.address(Side.SERVER, (InetSocketAddress) server.localAddress()));
        return server;
    }

    private Channel connect(Stack stack, Ladder ladder, PcapTap tap, Channel server, CompletableFuture<Long> outcome) {
        SessionObserver states = ladder.observer(Side.CLIENT);
        return new Bootstrap()
                .group(stack.group())
                .channel(CulvertChannel.class)
                .option(CulvertChannelOption.DATAGRAM_HANDLER, path(ladder, Side.CLIENT))
                .option(CulvertChannelOption.SESSION_OBSERVER, tap == null ? states : states.andThen(tap))
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS + 2 * delayMillis)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new EchoCheck(size, outcome))
                .connect(server.localAddress())
                .addListener(future -> {
                    if (!future.isSuccess()) {
                        outcome.completeExceptionally(future.cause());
                    }
                }).channel();
    }

    private ChannelHandler path(Ladder ladder, Side side) {
        return LadderTap.handler(ladder, side, lossPercent / 100, delayMillis, seed + side.ordinal());
    }

    /** Stays in CLOSE-WAIT for a moment, so that the close is seen to have four segments and not three. */
    private static final class UnhurriedEcho extends EchoHandler {
        @Override
        void inputEnded(ChannelHandlerContext ctx) {
            ctx.executor().schedule(() -> super.inputEnded(ctx), CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
