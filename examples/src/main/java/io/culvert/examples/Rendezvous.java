/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.observe.PcapTap;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioIoHandler;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Two that connect to each other, of which neither listens. */
@Command(name = "rendezvous", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Meets another rendezvous: both connect to each other, nobody listens.", "",
            "Each side says one message, ends its output, prints what the other has said, and closes. Behind NATs name "
                    + "the address that the other's NAT shows for its port; who comes first waits.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:met, and both have said what they had to say",
            "1:connection reset, the peer closed early, address in use, ...",
            "2:wrong arguments",
            "3:connection refused by a peer that had answered before",
            "4:timed out"})
final class Rendezvous implements Callable<Integer> {
    private static final int MAX_PORT = 65535;
    private static final int CLOSE_SECONDS = 10;

    @Spec
    private CommandSpec command;

    @Option(names = "--local", paramLabel = "H:P", required = true,
            description = "Address and UDP port of this side; 0.0.0.0 or [::] for any address.")
    private String local;

    @Option(names = "--peer", paramLabel = "H:P", required = true, description = "Where the other side is seen.")
    private String peer;

    @Option(names = "--connect-timeout", paramLabel = "MILLIS", defaultValue = "30000",
            description = "How long to wait for it (default: ${DEFAULT-VALUE}).")
    private int timeoutMillis;

    @Option(names = "--message", paramLabel = "TEXT", defaultValue = "Hello.",
            description = "What to say (default: ${DEFAULT-VALUE}).")
    private String message;

    @Option(names = "--nat-keepalive", paramLabel = "SECONDS", defaultValue = "20",
            description = "Silence after which a datagram keeps the NAT's mapping, 0 for none "
                    + "(default: ${DEFAULT-VALUE}).")
    private int keepaliveSeconds;

    @Mixin
    private Capture capture;

    @Mixin
    private Statistics statistics;

    @Override
    public Integer call() throws Exception {
        InetSocketAddress from = address("--local", local);
        InetSocketAddress to = address("--peer", peer);
        if (timeoutMillis < 1 || keepaliveSeconds < 0 || to.getPort() == 0) {
            throw usage("--connect-timeout and the port of --peer must be at least 1, --nat-keepalive at least 0");
        }
        PrintWriter out = command.commandLine().getOut();
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (Stop stop = new Stop(); PcapTap tap = capture.open();
                Stack stack = new Stack(1, NioIoHandler.newFactory());
                Statistics.Printing printing = statistics.start(stack.group(), out)) {
            ChannelFuture connection = new Bootstrap()
                    .group(stack.group())
                    .channel(CulvertChannel.class)
                    .option(CulvertChannelOption.SESSION_OBSERVER, tap)
                    .option(CulvertChannelOption.RENDEZVOUS, true)
                    .option(CulvertChannelOption.NAT_KEEPALIVE_SECONDS, keepaliveSeconds)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(new Exchange(message, heard))
                    .connect(to, from);
            connection.addListener(future -> {
                if (!future.isSuccess()) {
                    heard.completeExceptionally(future.cause());
                }
            });
            boolean met;
            try {
                met = stop.await(heard);
            } finally {
                connection.channel().close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
            if (met) {
                out.println(Endpoint.text(to) + " says: " + heard.get());
            }
            return met ? 0 : EchoClient.INTERRUPTED;
        }
    }

    /** {@code 127.0.0.1:7007}, {@code [::1]:7007}. */
    private InetSocketAddress address(String option, String text) throws UnknownHostException {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw usage(option + " must be HOST:PORT, not " + text);
        }
        return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), Integer.parseInt(port));
    }

    private ParameterException usage(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
