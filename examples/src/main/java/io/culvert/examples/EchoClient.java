/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.observe.PcapTap;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends bytes to an echo server and checks that they come back, or lets a person talk to it. */
@Command(name = "echo-client", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Sends bytes to an echo server and checks that every one of them comes back.", "",
            "With --size it sends that many bytes of a fixed pattern while it reads and compares the echo, ends its "
                    + "output when all of it was right, waits up to 10 s for the server to do the same, closes, and "
                    + "prints one line with bytes, time and rate.",
            "Without --size it is interactive: lines typed are sent, lines that come back are printed, and the end "
                    + "of input (Ctrl-D) ends the session in order.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every byte came back equal",
            "1:mismatch, connection reset, or the peer closed early",
            "2:wrong arguments",
            "3:connection refused",
            "4:timed out"})
final class EchoClient implements Callable<Integer> {
    static final int INTERRUPTED = 130;
    private static final int CLOSE_SECONDS = 10;

    @Spec
    private CommandSpec command;

    @Mixin
    private Endpoint endpoint;

    @Mixin
    private Capture capture;

    @Mixin
    private Statistics statistics;

    @Option(names = "--size", paramLabel = "N", description = "Send N bytes, compare the echo and end.")
    private Long size;

    @Option(names = "--linger", paramLabel = "S", defaultValue = "0",
            description = "Stay S seconds after the session, to answer for it in TIME-WAIT. The closing handshake "
                    + "itself is always waited for.")
    private int lingerSeconds;

    @Override
    public Integer call() throws Exception {
        if (size != null && size < 0 || lingerSeconds < 0) {
            throw new ParameterException(command.commandLine(), "--size and --linger must not be negative");
        }
        PrintWriter out = command.commandLine().getOut();
        InetSocketAddress server = endpoint.toConnect();
        try (Stop stop = new Stop(); PcapTap tap = capture.open();
                Stack stack = new Stack(1, endpoint.ioHandlerFactory());
                Statistics.Printing printing = statistics.start(stack.group(), out)) {
            CompletableFuture<Long> outcome = new CompletableFuture<>();
            ChannelFuture connection = new Bootstrap()
                    .group(stack.group())
                    .channel(CulvertChannel.class)
                    .option(CulvertChannelOption.SESSION_OBSERVER, tap)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            if (size == null) {
                                Conversation.open(channel, out, command.commandLine().getErr(), outcome);
                            } else {
                                channel.pipeline().addLast(new EchoCheck(size, outcome));
                            }
                        }
                    })
                    .connect(server);
            connection.addListener(future -> {
                if (!future.isSuccess()) {
                    outcome.completeExceptionally(future.cause());
                }
            });
            boolean finished;
            try {
                finished = stop.await(outcome);
            } finally {
                connection.channel().close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
            if (finished && size != null) {
                out.println(summary(size, outcome.get()));
            }
            stack.drain();
            stop.awaitSeconds(lingerSeconds);
            return finished ? 0 : INTERRUPTED;
        }
    }

    static String summary(long bytes, long nanos) {
        double seconds = Math.max(nanos, 1) / 1e9;
        return String.format(Locale.ROOT, "%d bytes echoed in %.3f s, %.2f MB/s each way", bytes, seconds,
                bytes / seconds / 1e6);
    }
}
