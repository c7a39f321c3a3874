/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannelOption;
import io.culvert.examples.TunnelUrl.Protocol;
import io.culvert.observe.PcapTap;
import io.netty.handler.ssl.SslContext;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Carries any TCP program over Culvert: one at each end of the way, one session for each connection. */
@Command(name = "tunnel", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Carries TCP connections over Culvert, until Ctrl-C.", "",
            "Two of them make a tunnel: one listens on tcp:// and connects to culvert://, the other listens there and "
                    + "connects to the program's tcp://. Ends of data and resets pass through, and neither side is "
                    + "read faster than the other takes it. A line is printed for each session when it has ended: "
                    + "bytes from its opener (up) and to it (down), time, round trip, retransmissions, and how it "
                    + "ended, which is \"finished\" when both sides had said all.", ""})
final class Tunnel implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--listen", paramLabel = "URL", required = true, converter = TunnelUrl.Converter.class,
            description = "Where to listen: tcp://HOST:PORT or culvert://HOST:PORT, IPv6 addresses in brackets; port "
                    + "0 takes a free one and prints it.")
    private TunnelUrl listen;

    @Option(names = "--to", paramLabel = "URL", required = true, converter = TunnelUrl.Converter.class,
            description = "Where to connect to for each session: one of the two URLs is tcp://, the other culvert://.")
    private TunnelUrl to;

    @Option(names = "--io", paramLabel = "KIND", defaultValue = "auto", description = IoKind.DESCRIPTION)
    private IoKind io;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "About how long a peer may be silent that was asked, before its session is given up "
                    + "(default: ${DEFAULT-VALUE}). Connecting takes 30 at most.")
    private int timeoutSeconds;

    @Mixin
    private TunnelTls tls;

    @Mixin
    private Capture capture;

    @Mixin
    private Statistics statistics;

    @Override
    public Integer call() throws Exception {
        check();
        PrintWriter out = command.commandLine().getOut();
        IoKind kind = io.available(command.commandLine());
        SslContext context = listen.isCulvert() ? tls.server(out) : tls.client();
        Forwarder forwarder = new Forwarder(listen, to, kind, context, new SilentPeer(timeoutSeconds), out);
        try (Stop stop = new Stop(); PcapTap tap = capture.open();
                Stack stack = new Stack(Runtime.getRuntime().availableProcessors(), kind);
                Statistics.Printing printing = statistics.start(stack.group(), out)) {
            forwarder.culvertOption(CulvertChannelOption.SESSION_OBSERVER, tap);
            InetSocketAddress local = forwarder.open(stack.group());
            out.println("listening on " + listen.with(local) + " (" + carrier(listen.protocol()) + "), to " + to);
            stop.await(new CompletableFuture<>());
            forwarder.close();
        }
        return 0;
    }

    private void check() {
        if (listen.isCulvert() == to.isCulvert()) {
            throw usage("one of --listen and --to must be tcp://, the other culvert://");
        }
        if (to.port() == 0) {
            throw usage("--to: the port must be at least 1");
        }
        if (timeoutSeconds < 1 || timeoutSeconds > SilentPeer.MAX_SECONDS) {
            throw usage("--timeout must be 1 to " + SilentPeer.MAX_SECONDS);
        }
        tls.check(listen.isCulvert());
    }

    private static String carrier(Protocol protocol) {
        return protocol == Protocol.TCP ? "tcp" : "udp";
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
