/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.channel.IoHandlerFactory;
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

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--host", paramLabel = "H", defaultValue = "127.0.0.1",
            description = "Name or address to listen on or to connect to (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", paramLabel = "P", required = true,
            description = "UDP port; a server given 0 takes a free one and prints it.")
    private int port;

    @Option(names = "--io", paramLabel = "KIND", defaultValue = "auto",
            description = IoKind.DESCRIPTION)
    private IoKind io;

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
        return io.available(command.commandLine()).handlerFactory();
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
