/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every command with an address has. */
final class Endpoint {
    private static final int MAX_PORT = 65535;

    /** What drives the UDP sockets. */
    enum Io {
        AUTO, NIO, EPOLL;

        @Override
        public String toString() {
            return name().toLowerCase();
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--host", paramLabel = "H", defaultValue = "127.0.0.1",
            description = "Name or address to listen on or to connect to (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", paramLabel = "P", required = true,
            description = "UDP port; a server given 0 takes a free one and prints it.")
    private int port;

    @Option(names = "--io", paramLabel = "KIND", defaultValue = "auto",
            description = "How the UDP socket is driven: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}: "
                    + "epoll where it is there).")
    private Io io;

    InetSocketAddress toListen() throws UnknownHostException {
        return address(0);
    }

    InetSocketAddress toConnect() throws UnknownHostException {
        return address(1);
    }

    private InetSocketAddress address(int lowestPort) throws UnknownHostException {
        if (port < lowestPort || port > MAX_PORT) {
            throw usage("--port must be " + lowestPort + " to " + MAX_PORT + ", not " + port);
        }
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    IoHandlerFactory ioHandlerFactory() {
        if (io == Io.EPOLL && !Epoll.isAvailable()) {
            throw usage("--io epoll: not available here (" + Epoll.unavailabilityCause() + ")");
        }
        return io != Io.NIO && Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** {@code 127.0.0.1:7007}, {@code [::1]:7007}. */
    static String text(InetSocketAddress address) {
        if (address == null) {
            return "?";
        }
        String numeric = address.getAddress().getHostAddress();
        return (numeric.indexOf(':') < 0 ? numeric : "[" + numeric + "]") + ":" + address.getPort();
    }
}
